package io.mnestic.orchestrator.encoding;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.EncoderServiceGrpc.EncoderServiceBlockingStub;
import io.mnestic.encoder.v1.Encoding;
import io.mnestic.encoder.v1.InputType;
import io.mnestic.encoder.v1.Output;
import io.mnestic.encoder.v1.Overflow;
import io.mnestic.encoder.v1.VectorFormat;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.VectorSpace;
import io.mnestic.orchestrator.peers.PeerFailure;
import io.mnestic.orchestrator.turn.Pieces;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks the encoder for vectors that fit a namespace's space. */
@Singleton
public final class TextEncoder {
  /** A longer text goes out in pieces of this many characters, each several passages long. */
  private static final int MOST_PIECE_CHARS = 4 << 10;

  /**
   * Most text of one call, in characters: seconds of work, so that none takes for ever, and a reply
   * that fits in a message even if each character is a token of 1,536 bytes.
   */
  private static final int MOST_CALL_CHARS = 6 * MOST_PIECE_CHARS;

  private final EncoderServiceBlockingStub encoder;

  TextEncoder(EncoderServiceBlockingStub encoder) {
    this.encoder = encoder;
  }

  /**
   * A query's vector, of the space's dimensions and of unit length, and its tokens'.
   *
   * @throws Refusal OVERLOADED if the encoder is busy, ENCODER_UNAVAILABLE if there is none to be
   *     had, whatever the cause
   */
  public EncodedQuery query(VectorSpace space, String text, Duration longestWait) {
    EncodeResponse reply =
        encode(
            space,
            EncodeRequest.newBuilder().addTexts(text).setInputType(InputType.INPUT_TYPE_QUERY),
            longestWait);
    EncodedText encoded = EncodedText.of(reply.getEncodingsList());
    return new EncodedQuery(
        encoded.passages().getFirst(),
        encoded.tokens().isEmpty()
            ? Optional.empty()
            : Optional.of(TokenWriter.write("key", encoded.tokens())));
  }

  /**
   * Each text's passages, one for a text within the model's limit, several for a longer one, and
   * its tokens. Up to 24 Ki characters are one call, more are several.
   *
   * @param longestWait for one call; at most half of what is left until the caller's deadline
   * @param beforeEachCall may throw to end the work
   * @throws Refusal ENCODER_UNAVAILABLE or OVERLOADED as above, or INVALID_FIELD if the encoder
   *     will never take one of these texts
   */
  List<EncodedText> documents(
      VectorSpace space, List<String> texts, Duration longestWait, Runnable beforeEachCall) {
    List<String> pieces = new ArrayList<>();
    int[] ends = new int[texts.size()];
    for (int i = 0; i < ends.length; i++) {
      pieces.addAll(piecesOf(texts.get(i)));
      ends[i] = pieces.size();
    }
    List<Encoding> encodings = new ArrayList<>();
    for (List<String> call : calls(pieces)) {
      beforeEachCall.run();
      encodings.addAll(encodeDocuments(space, call, longestWait).getEncodingsList());
    }
    List<EncodedText> encoded = new ArrayList<>();
    int piece = 0;
    for (int end : ends) {
      encoded.add(EncodedText.of(encodings.subList(piece, end)));
      piece = end;
    }
    return encoded;
  }

  /** A text that is not too much for one call stays whole: the encoder splits it best. */
  private static List<String> piecesOf(String text) {
    return isOnePiece(text) ? List.of(text) : Pieces.of(text, MOST_PIECE_CHARS);
  }

  static boolean isOnePiece(String text) {
    return text.length() <= MOST_CALL_CHARS;
  }

  private static List<List<String>> calls(List<String> pieces) {
    List<List<String>> calls = new ArrayList<>();
    int start = 0;
    long chars = 0;
    for (int end = 0; end < pieces.size(); end++) {
      chars += pieces.get(end).length();
      if (chars > MOST_CALL_CHARS && end > start) {
        calls.add(pieces.subList(start, end));
        start = end;
        chars = pieces.get(end).length();
      }
    }
    calls.add(pieces.subList(start, pieces.size()));
    return calls;
  }

  private EncodeResponse encodeDocuments(
      VectorSpace space, List<String> pieces, Duration longestWait) {
    return encode(
        space,
        EncodeRequest.newBuilder()
            .addAllTexts(pieces)
            .setInputType(InputType.INPUT_TYPE_DOCUMENT)
            .setOverflow(Overflow.OVERFLOW_PASSAGES),
        longestWait);
  }

  private EncodeResponse encode(
      VectorSpace space, EncodeRequest.Builder request, Duration longestWait) {
    try {
      EncodeResponse reply =
          encoder
              .withDeadlineAfter(patience(longestWait), TimeUnit.NANOSECONDS)
              .encode(
                  request
                      .setModel(space.getModel())
                      .setFormat(VectorFormat.VECTOR_FORMAT_FLOAT32)
                      .setOutput(Output.OUTPUT_TEXT_AND_TOKENS)
                      .build());
      requireFit(space, reply, request.getTextsCount());
      return reply;
    } catch (StatusRuntimeException e) {
      throw failure(e);
    }
  }

  /** Nanoseconds; leaves the caller enough time to do without the encoder. */
  private static long patience(Duration longestWait) {
    @Nullable Deadline callers = Context.current().getDeadline();
    return callers == null
        ? longestWait.toNanos()
        : Math.min(longestWait.toNanos(), callers.timeRemaining(TimeUnit.NANOSECONDS) / 2);
  }

  private static RuntimeException failure(StatusRuntimeException failure) {
    if (Context.current().isCancelled()) {
      return failure;
    }
    if (PeerFailure.is(failure, Reason.REASON_OVERLOADED)) {
      return Refusal.of(Reason.REASON_OVERLOADED, "the encoder is busy");
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
