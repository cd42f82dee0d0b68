package io.mnestic.memory.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Keys of the column families. Each begins with the namespace's number in 8 bytes, and a string
 * that does not end the key stands behind its length, so that no prefix of one namespace, session
 * or collection is a prefix of another's, whatever bytes the strings hold. Numbers are big-endian:
 * byte order is their order.
 */
final class Keys {
  /** Ends an id; no id holds it. */
  private static final byte END = 0;

  private Keys() {}

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] number(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  /** A memory by id, or a session by id, or a log position's namespace. */
  static byte[] of(long uid, String id) {
    byte[] text = text(id);
    return ByteBuffer.allocate(Long.BYTES + text.length).putLong(uid).put(text).array();
  }

  static byte[] of(long uid, long position) {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(uid).putLong(position).array();
  }

  /** What all turns of a session, or all records of a collection, begin with. */
  static byte[] group(long uid, String group) {
    byte[] text = text(group);
    return ByteBuffer.allocate(Long.BYTES + Integer.BYTES + text.length)
        .putLong(uid)
        .putInt(text.length)
        .put(text)
        .array();
  }

  static byte[] inGroup(long uid, String group, byte[] last) {
    return concat(group(uid, group), last);
  }

  static byte[] concat(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  /**
   * A version of the past: what it was found under, and the revision that ended it. Ids hold no
   * control characters, so these keys are in the order of those they are made of.
   */
  static byte[] past(byte[] key, long until) {
    return ByteBuffer.allocate(key.length + 1 + Long.BYTES)
        .put(key)
        .put(END)
        .putLong(until)
        .array();
  }

  /** What a key made by {@link #past} was made of. */
  static byte[] present(byte[] past) {
    return Arrays.copyOf(past, past.length - 1 - Long.BYTES);
  }

  /** The number at the end of a key. */
  static long last(byte[] key) {
    return ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
  }

  /** The string behind the namespace's number. */
  static String idOf(byte[] key) {
    return new String(key, Long.BYTES, key.length - Long.BYTES, StandardCharsets.UTF_8);
  }

  /** The first key after all that begin with {@code prefix}; the prefix is not all 0xFF. */
  static byte[] after(byte[] prefix) {
    byte[] next = prefix.clone();
    int last = next.length - 1;
    while (next[last] == (byte) 0xFF) {
      next[last--] = 0;
    }
    next[last]++;
    return next;
  }
}
