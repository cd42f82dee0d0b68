package io.mnestic.orchestrator.encoding;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.EncoderServiceGrpc.EncoderServiceBlockingStub;
import io.mnestic.encoder.v1.InputType;
import io.mnestic.encoder.v1.Overflow;
import io.mnestic.encoder.v1.Passage;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.VectorSpace;
import io.mnestic.orchestrator.turn.Pieces;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Asks the encoder for vectors that fit a namespace's space. */
@Singleton
public final class TextEncoder {
  private final EncoderServiceBlockingStub encoder;

  TextEncoder(EncoderServiceBlockingStub encoder) {
    this.encoder = encoder;
  }

  /**
   * The vector of a query, of the space's dimensions and of unit length.
   *
   * @throws Refusal ENCODER_UNAVAILABLE if there is none to be had, whatever the cause
   */
  public List<Float> query(VectorSpace space, String text, Duration longestWait) {
    EncodeResponse reply =
        encode(
            space,
            EncodeRequest.newBuilder().addTexts(text).setInputType(InputType.INPUT_TYPE_QUERY),
            longestWait);
    return reply.getEncodings(0).getPassages(0).getVectorList();
  }

  /**
   * The passages of each text, in order: one vector for a text within the model's limit, several
   * for a longer one.
   *
   * @throws Refusal ENCODER_UNAVAILABLE as above, or INVALID_FIELD if the encoder will never take
   *     one of these texts
   */
  public List<List<List<Float>>> documents(
      VectorSpace space, List<String> texts, Duration longestWait) {
    List<String> pieces = new ArrayList<>();
    int[] ends = new int[texts.size()];
    for (int i = 0; i < ends.length; i++) {
      pieces.addAll(Pieces.of(texts.get(i)));
      ends[i] = pieces.size();
    }
    EncodeResponse reply =
        encode(
            space,
            EncodeRequest.newBuilder()
                .addAllTexts(pieces)
                .setInputType(InputType.INPUT_TYPE_DOCUMENT)
                .setOverflow(Overflow.OVERFLOW_PASSAGES),
            longestWait);
    List<List<List<Float>>> passages = new ArrayList<>();
    for (int i = 0, piece = 0; i < ends.length; i++) {
      List<List<Float>> vectors = new ArrayList<>();
      for (; piece < ends[i]; piece++) {
        for (Passage passage : reply.getEncodings(piece).getPassagesList()) {
          vectors.add(passage.getVectorList());
        }
      }
      passages.add(vectors);
    }
    return passages;
  }

  private EncodeResponse encode(
      VectorSpace space, EncodeRequest.Builder request, Duration longestWait) {
    try {
      EncodeResponse reply =
          encoder
              .withDeadlineAfter(longestWait.toNanos(), TimeUnit.NANOSECONDS)
              .encode(request.setModel(space.getModel()).build());
      requireFit(space, reply, request.getTextsCount());
      return reply;
    } catch (StatusRuntimeException e) {
      throw failure(e);
    }
  }

  private static RuntimeException failure(StatusRuntimeException failure) {
    if (Context.current().isCancelled()) {
      return failure;
    }
    Reason reason =
        failure.getStatus().getCode() == Status.Code.INVALID_ARGUMENT
            ? Reason.REASON_INVALID_FIELD
            : Reason.REASON_ENCODER_UNAVAILABLE;
    return Refusal.of(reason, String.valueOf(failure.getStatus().getDescription()));
  }

  /** Vectors of other weights do not compare with those that are stored. */
  private static void requireFit(VectorSpace space, EncodeResponse reply, int texts) {
    boolean sameWeights =
        space.getModelRevision().isEmpty()
            || space.getModelRevision().equals(reply.getModelRevision());
    if (!sameWeights || reply.getDimensions() != space.getDimensions()) {
      throw Refusal.of(
          Reason.REASON_ENCODER_UNAVAILABLE,
          "the encoder has other weights of model '"
              + space.getModel()
              + "' than the namespace was made with");
    }
    if (reply.getEncodingsCount() != texts) {
      throw new IllegalStateException(
          texts + " texts gave " + reply.getEncodingsCount() + " encodings");
    }
  }
}
