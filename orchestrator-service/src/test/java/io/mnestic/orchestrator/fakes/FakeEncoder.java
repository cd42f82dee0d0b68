package io.mnestic.orchestrator.fakes;

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
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

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
      return encoding.addPassages(Passage.newBuilder().addAllVector(WordVectors.of(text))).build();
    }
    for (int start = 0; start < words.size(); start += MOST_WORDS) {
      String passage =
          String.join(" ", words.subList(start, Math.min(start + MOST_WORDS, words.size())));
      encoding.addPassages(Passage.newBuilder().addAllVector(WordVectors.of(passage)));
    }
    return encoding.build();
  }
}
