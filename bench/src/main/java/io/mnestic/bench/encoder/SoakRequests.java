package io.mnestic.bench.encoder;

import io.grpc.Status.Code;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeStreamRequest;
import io.mnestic.encoder.v1.InputType;
import io.mnestic.encoder.v1.Overflow;
import io.mnestic.encoder.v1.RerankRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What soaking clients ask for, right and wrong, of the texts of a book. */
final class SoakRequests {
  private static final int MOST_TEXTS = 16;
  private static final int MOST_STREAMED = 24;
  private static final int MOST_DOCUMENTS = 100;
  private static final int MEBIBYTE = 1 << 20;
  private static final int LONG_TEXT = 8_192;
  private static final int LONGEST_ID = 128;

  private final String model;
  private final List<Text> texts;

  SoakRequests(String model, List<Text> texts) {
    this.model = model;
    this.texts = texts;
  }

  /** For Encode. */
  EncodeRequest encode(SoakCall call, SplittableRandom random) {
    EncodeRequest.Builder request = EncodeRequest.newBuilder().setModel(model);
    return switch (call) {
      case QUERY -> request.setInputType(InputType.INPUT_TYPE_QUERY).addTexts(any(random)).build();
      case PASSAGES ->
          request
              .setOverflow(Overflow.OVERFLOW_PASSAGES)
              .addTexts(repeated(any(random) + " ", LONG_TEXT))
              .build();
      case CONTROL_CHARACTERS -> request.addTexts(controls(random)).build();
      case NULS -> request.addTexts("\0" + any(random) + "\0\0").addTexts("\0").build();
      case MEBIBYTE -> request.addTexts(repeated(any(random) + " ", MEBIBYTE)).build();
      case OVER_A_MEBIBYTE -> request.addTexts(repeated(any(random) + " ", MEBIBYTE) + ".").build();
      case NO_TEXTS -> request.build();
      case EMPTY_TEXT -> some(request.addTexts(""), random);
      case UNKNOWN_MODEL -> some(request.setModel("no-such-model"), random);
      default -> some(request, random);
    };
  }

  /** For one call of EncodeStream, with how each of them is to end. */
  List<Streamed> stream(boolean withBad, SplittableRandom random) {
    int count = 2 + random.nextInt(MOST_STREAMED - 1);
    List<Streamed> requests = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String id = "request " + i;
      requests.add(
          withBad && random.nextInt(3) == 0
              ? bad(id, random)
              : new Streamed(
                  EncodeStreamRequest.newBuilder()
                      .setId(id)
                      .setRequest(encode(SoakCall.DOCUMENTS, random))
                      .build(),
                  Code.OK));
    }
    return requests;
  }

  private Streamed bad(String id, SplittableRandom random) {
    EncodeStreamRequest.Builder request = EncodeStreamRequest.newBuilder().setId(id);
    Code code = Code.INVALID_ARGUMENT;
    switch (random.nextInt(5)) {
      case 0 -> request.setRequest(encode(SoakCall.EMPTY_TEXT, random));
      case 1 -> request.setRequest(encode(SoakCall.NO_TEXTS, random));
      case 2 ->
          request.setId(id + "-".repeat(LONGEST_ID)).setRequest(encode(SoakCall.DOCUMENTS, random));
      case 3 -> {
        request.setRequest(encode(SoakCall.UNKNOWN_MODEL, random));
        code = Code.NOT_FOUND;
      }
      default -> request.clearRequest();
    }
    return new Streamed(request.build(), code);
  }

  /** For Rerank. */
  RerankRequest rerank(SoakCall call, SplittableRandom random) {
    RerankRequest.Builder request =
        RerankRequest.newBuilder().setModel(model).setQuery(any(random));
    int count = 1 + random.nextInt(MOST_DOCUMENTS);
    for (int i = 0; i < count; i++) {
      request.addDocuments(random.nextInt(10) == 0 ? controls(random) : any(random));
    }
    if (call == SoakCall.RERANK_EMPTY) {
      request.addDocuments("");
    }
    return request.setLimit(random.nextInt(count + 1)).build();
  }

  private EncodeRequest some(EncodeRequest.Builder request, SplittableRandom random) {
    int count = 1 + random.nextInt(MOST_TEXTS);
    for (int i = 0; i < count; i++) {
      request.addTexts(any(random));
    }
    return request.build();
  }

  private String any(SplittableRandom random) {
    return texts.get(random.nextInt(texts.size())).content();
  }

  /** The book is ASCII: a character is a byte. */
  private static String repeated(String text, int bytes) {
    return text.repeat(bytes / text.length() + 1).substring(0, bytes);
  }

  private static String controls(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    for (int i = 1 + random.nextInt(100); i > 0; i--) {
      text.append((char) (1 + random.nextInt(' ' - 1)));
    }
    return text.toString();
  }

  /** A request of a stream, and how it is to end. */
  record Streamed(EncodeStreamRequest request, Code end) {
    /** The id of its reply: of one over its limit the beginning. All are ASCII. */
    String repliedId() {
      String id = request.getId();
      return id.substring(0, Math.min(id.length(), LONGEST_ID));
    }
  }
}
