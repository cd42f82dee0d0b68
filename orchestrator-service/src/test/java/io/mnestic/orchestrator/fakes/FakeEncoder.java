package io.mnestic.orchestrator.fakes;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.mnestic.encoder.v1.CountTokensRequest;
import io.mnestic.encoder.v1.CountTokensResponse;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.EncoderServiceGrpc.EncoderServiceImplBase;
import io.mnestic.encoder.v1.Encoding;
import io.mnestic.encoder.v1.ListModelsRequest;
import io.mnestic.encoder.v1.ListModelsResponse;
import io.mnestic.encoder.v1.Model;
import io.mnestic.encoder.v1.Overflow;
import io.mnestic.encoder.v1.Passage;
import io.mnestic.encoder.v1.TokenVectors;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;

/** An encoder whose vectors are hashed words and whose tokens are words. */
public final class FakeEncoder extends EncoderServiceImplBase {
  public static final String MODEL = "words";
  public static final String POISON = "can not be encoded";
  public static final String STUCK = "is never answered";
  private static final int MOST_WORDS = 100;

  public final AtomicInteger encodeCalls = new AtomicInteger();
  public final AtomicInteger mostChars = new AtomicInteger();
  public final AtomicInteger countCalls = new AtomicInteger();

  /** The texts of all Encode calls. */
  public final List<String> encodedTexts = new CopyOnWriteArrayList<>();

  public volatile String revision = "1";

  @Override
  public void encode(EncodeRequest request, StreamObserver<EncodeResponse> observer) {
    encodeCalls.incrementAndGet();
    encodedTexts.addAll(request.getTextsList());
    mostChars.accumulateAndGet(
        request.getTextsList().stream().mapToInt(String::length).sum(), Math::max);
    if (request.getTextsList().stream().anyMatch(text -> text.contains(STUCK))) {
      return;
    }
    FakePeer.answer(
        observer,
        () -> {
          EncodeResponse.Builder reply =
              EncodeResponse.newBuilder()
                  .setModel(MODEL)
                  .setModelRevision(revision)
                  .setDimensions(WordVectors.DIMENSIONS);
          for (String text : request.getTextsList()) {
            if (text.contains(POISON)) {
              throw Refusal.of(Reason.REASON_INVALID_FIELD, "poison").withField("texts");
            }
            reply.addEncodings(encoding(text, request.getOverflow()));
          }
          return reply.build();
        });
  }

  @Override
  public void countTokens(
      CountTokensRequest request, StreamObserver<CountTokensResponse> observer) {
    countCalls.incrementAndGet();
    CountTokensResponse.Builder reply =
        CountTokensResponse.newBuilder().setTokenizer(request.getTokenizer());
    request.getTextsList().forEach(text -> reply.addCounts(WordVectors.words(text).size()));
    observer.onNext(reply.build());
    observer.onCompleted();
  }

  @Override
  public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> observer) {
    observer.onNext(
        ListModelsResponse.newBuilder()
            .addModels(
                Model.newBuilder()
                    .setName(MODEL)
                    .setRevision(revision)
                    .setDimensions(WordVectors.DIMENSIONS)
                    .setMaxTokens(MOST_WORDS)
                    .setIsDefault(true))
            .addTokenizers(MODEL)
            .build());
    observer.onCompleted();
  }

  private static Encoding encoding(String text, Overflow overflow) {
    List<String> words = WordVectors.words(text);
    Encoding.Builder encoding = Encoding.newBuilder();
    if (overflow != Overflow.OVERFLOW_PASSAGES || words.size() <= MOST_WORDS) {
      return encoding.addPassages(passage(text, tokens(text, 0, words.size()))).build();
    }
    for (int start = 0; start < words.size(); start += MOST_WORDS) {
      String passage =
          String.join(" ", words.subList(start, Math.min(start + MOST_WORDS, words.size())));
      encoding.addPassages(passage(passage, tokens(text, start, start + MOST_WORDS)));
    }
    return encoding.build();
  }

  private static Passage passage(String text, TokenVectors tokens) {
    return Passage.newBuilder()
        .setPacked(WordVectors.packed(WordVectors.of(text)))
        .setTokens(tokens)
        .build();
  }

  private static TokenVectors tokens(String text, int from, int to) {
    TokenVectors.Builder tokens = TokenVectors.newBuilder();
    ByteString vectors = ByteString.EMPTY;
    Matcher words = WordVectors.WORD.matcher(text);
    for (int i = 0; words.find() && i < to; i++) {
      if (i >= from) {
        tokens.addIds(words.group().toLowerCase(Locale.ROOT).hashCode() & 0xFFFF);
        tokens.addStarts(text.codePointCount(0, words.start()));
        vectors = vectors.concat(WordVectors.packed(WordVectors.of(words.group())));
      }
    }
    return tokens.setPacked(vectors).build();
  }
}
