package io.mnestic.memory.idempotency;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.log.Draft;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.store.v1.StoredReply;
import io.mnestic.wire.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A write that happens once however often it is sent: by its RPC, namespace and request_id.
 *
 * @param rpc the RPC's name
 * @param requestId the caller's; empty for a write that is done each time
 * @param payloadHash SHA-256 of the request without vectors
 */
public record Once(String rpc, String requestId, ByteString payloadHash) {
  /**
   * Once for this request.
   *
   * @param payload the request without its vectors
   */
  public static Once of(String rpc, String requestId, Message payload) {
    return new Once(rpc, requestId, requestId.isEmpty() ? ByteString.EMPTY : hash(payload));
  }

  /**
   * The stored answer if there is one, otherwise the work's, which is then stored with it.
   *
   * @throws Refusal REQUEST_ID_REUSED if the stored answer is another payload's
   */
  public <R extends Message> Answer<R> answer(
      Draft draft, StoredNamespace namespace, Parser<R> parser, Supplier<R> work) {
    return answer(draft, namespace, parser, work, it -> true);
  }

  /**
   * As {@link #answer(Draft, StoredNamespace, Parser, Supplier)}, for work that may do nothing.
   *
   * @param done whether a reply says that something was done, and is to be stored
   */
  public <R extends Message> Answer<R> answer(
      Draft draft,
      StoredNamespace namespace,
      Parser<R> parser,
      Supplier<R> work,
      Predicate<R> done) {
    if (requestId.isEmpty()) {
      return new Answer<>(work.get(), false);
    }
    Optional<StoredReply> stored = draft.reply(namespace.getUid(), rpc, requestId);
    if (stored.isPresent()) {
      return new Answer<>(parse(stored.get(), parser), true);
    }
    R reply = work.get();
    if (!done.test(reply)) {
      return new Answer<>(reply, false);
    }
    draft.keepReply(
        namespace.getUid(),
        rpc,
        requestId,
        StoredReply.newBuilder()
            .setPayloadHash(payloadHash)
            .setReply(reply.toByteString())
            .setTime(draft.commitTime(namespace))
            .build());
    return new Answer<>(reply, false);
  }

  private <R> R parse(StoredReply stored, Parser<R> parser) {
    if (!stored.getPayloadHash().equals(payloadHash)) {
      throw Refusal.of(
              Reason.REASON_REQUEST_ID_REUSED,
              "request_id '"
                  + requestId
                  + "' was used in the last 24 hours with another payload: use a new one")
          .withField("request_id");
    }
    try {
      return parser.parseFrom(stored.getReply());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("damaged stored reply", e);
    }
  }

  private static ByteString hash(Message payload) {
    try {
      byte[] bytes = new byte[payload.getSerializedSize()];
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      // Maps have no order of their own; equal payloads must give equal bytes.
      out.useDeterministicSerialization();
      payload.writeTo(out);
      return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * An answer.
   *
   * @param replayed whether it is an earlier call's
   */
  public record Answer<R>(R reply, boolean replayed) {}
}
