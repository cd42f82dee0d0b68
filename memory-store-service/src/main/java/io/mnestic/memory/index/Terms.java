package io.mnestic.memory.index;

import com.google.protobuf.Timestamp;
import io.mnestic.memory.v1.AttributeValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.NumericUtils;

/**
 * Values as terms whose byte order is the values' order. Attributes share one field, name first, so
 * that a namespace may have any number of names without as many fields.
 */
final class Terms {
  static final int TIME_BYTES = Long.BYTES + Integer.BYTES;

  private static final byte TEXT = 't';
  private static final byte NUMBER = 'n';
  private static final byte FLAG = 'f';

  private Terms() {}

  static BytesRef attribute(String name, AttributeValue value) {
    return switch (value.getValueCase()) {
      case TEXT -> attribute(name, TEXT, utf8(value.getText()));
      case NUMBER -> number(name, value.getNumber());
      case FLAG -> attribute(name, FLAG, new byte[] {(byte) (value.getFlag() ? 1 : 0)});
      case VALUE_NOT_SET -> throw new IllegalArgumentException("attribute without value: " + name);
    };
  }

  static BytesRef number(String name, double number) {
    byte[] sortable = new byte[Long.BYTES];
    // Adding 0.0 makes -0.0 and 0.0, which are equal, one term.
    NumericUtils.longToSortableBytes(NumericUtils.doubleToSortableLong(number + 0.0), sortable, 0);
    return attribute(name, NUMBER, sortable);
  }

  static BytesRef turn(String session, long sequence) {
    return turn(new BytesRef(session), sequence);
  }

  static BytesRef turn(BytesRef session, long sequence) {
    return new BytesRef(
        ByteBuffer.allocate(session.length + Long.BYTES)
            .put(session.bytes, session.offset, session.length)
            .putLong(sequence)
            .array());
  }

  /** Seconds and nanoseconds: times from year 1 to 9999 do not fit in a long of nanoseconds. */
  static byte[] time(Timestamp time) {
    byte[] bytes = new byte[TIME_BYTES];
    NumericUtils.longToSortableBytes(time.getSeconds(), bytes, 0);
    NumericUtils.intToSortableBytes(time.getNanos(), bytes, Long.BYTES);
    return bytes;
  }

  private static BytesRef attribute(String name, byte type, byte[] value) {
    byte[] text = utf8(name);
    return new BytesRef(
        ByteBuffer.allocate(text.length + 2 + value.length)
            .put(text)
            .put((byte) 0)
            .put(type)
            .put(value)
            .array());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
