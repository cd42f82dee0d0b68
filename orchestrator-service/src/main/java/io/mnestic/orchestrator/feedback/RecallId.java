package io.mnestic.orchestrator.feedback;

import com.google.protobuf.util.Timestamps;
import io.mnestic.error.v1.Reason;
import io.mnestic.orchestrator.v1.Feedback;
import io.mnestic.orchestrator.v1.JudgedMemory;
import io.mnestic.orchestrator.v1.RecalledMemory;
import io.mnestic.wire.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The id of a recall, which is the recall itself: query, time and scores. So a recall writes
 * nothing, this service keeps nothing, and feedback that comes a week later, to another instance,
 * finds all it needs. The checksum finds damage and another namespace's id; it is no signature, for
 * callers who lie about a recall spoil what is learned in their own namespace alone.
 */
public final class RecallId {
  private static final int CHECK_BYTES = Integer.BYTES;

  private RecallId() {}

  /**
   * The id of a recall that was just done.
   *
   * @param memories what the caller is given back, best first
   */
  public static String of(
      String namespace, String query, long revision, List<RecalledMemory> memories) {
    Feedback.Builder recall =
        Feedback.newBuilder().setQuery(query).setRecallTime(Timestamps.now()).setRevision(revision);
    for (RecalledMemory memory : memories) {
      recall.addMemories(
          JudgedMemory.newBuilder()
              .setMemoryId(memory.getMemory().getId())
              .setScore(memory.getScore())
              .addAllLanes(memory.getLanesList()));
    }
    byte[] bytes = Receipt.pack(recall.build());
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(
            ByteBuffer.allocate(CHECK_BYTES + bytes.length)
                .putInt(check(namespace, bytes))
                .put(bytes)
                .array());
  }

  /**
   * The recall of an id, with nothing said of it yet.
   *
   * @throws Refusal RECALL_ID_INVALID
   */
  static Feedback recall(String namespace, String id) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(Base64.getUrlDecoder().decode(id));
      if (buffer.remaining() <= CHECK_BYTES) {
        throw invalid();
      }
      int check = buffer.getInt();
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      if (check != check(namespace, bytes)) {
        throw invalid();
      }
      return Receipt.unpack(bytes);
    } catch (IllegalArgumentException | IOException e) {
      throw invalid();
    }
  }

  private static int check(String namespace, byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(namespace.getBytes(StandardCharsets.UTF_8));
    crc.update(0);
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static Refusal invalid() {
    return Refusal.of(
            Reason.REASON_RECALL_ID_INVALID,
            "recall_id is not one that this namespace's Recall or AssembleContext gave: send it as"
                + " it was given")
        .withField("recall_id");
  }
}
