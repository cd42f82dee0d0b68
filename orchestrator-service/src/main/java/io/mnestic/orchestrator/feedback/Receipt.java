package io.mnestic.orchestrator.feedback;

import com.google.protobuf.util.Timestamps;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.orchestrator.v1.Feedback;
import io.mnestic.orchestrator.v1.JudgedMemory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A recall in few bytes: 13 for each lane of a memory, where a {@code LaneScore} takes 31. The
 * first byte is the format, so that ids which an older service gave can still be read.
 */
final class Receipt {
  private static final int FORMAT = 1;

  private Receipt() {}

  static byte[] pack(Feedback recall) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      writeText(out, recall.getQuery());
      out.writeLong(Timestamps.toMillis(recall.getRecallTime()));
      out.writeLong(recall.getRevision());
      out.writeShort(recall.getMemoriesCount());
      for (JudgedMemory memory : recall.getMemoriesList()) {
        writeText(out, memory.getMemoryId());
        out.writeFloat((float) memory.getScore());
        out.writeByte(memory.getLanesCount());
        for (LaneScore lane : memory.getLanesList()) {
          out.writeByte(lane.getLaneValue());
          out.writeFloat((float) lane.getRaw());
          out.writeFloat((float) lane.getNormalized());
          out.writeFloat((float) lane.getWeight());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * The recall again, its scores in 32-bit precision.
   *
   * @throws IOException if the bytes are no receipt
   */
  static Feedback unpack(byte[] bytes) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readByte() != FORMAT) {
        throw new IOException("a receipt of another format");
      }
      Feedback.Builder recall =
          Feedback.newBuilder()
              .setQuery(readText(in))
              .setRecallTime(Timestamps.fromMillis(in.readLong()))
              .setRevision(in.readLong());
      for (int memories = in.readUnsignedShort(); memories > 0; memories--) {
        JudgedMemory.Builder memory =
            JudgedMemory.newBuilder().setMemoryId(readText(in)).setScore(in.readFloat());
        for (int lanes = in.readUnsignedByte(); lanes > 0; lanes--) {
          memory.addLanes(
              LaneScore.newBuilder()
                  .setLaneValue(in.readByte())
                  .setRaw(in.readFloat())
                  .setNormalized(in.readFloat())
                  .setWeight(in.readFloat()));
        }
        recall.addMemories(memory);
      }
      return recall.build();
    }
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  private static String readText(DataInputStream in) throws IOException {
    int length = in.readInt();
    byte[] utf8 = in.readNBytes(length);
    if (utf8.length != length) {
      throw new IOException("a receipt that ends too soon");
    }
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
