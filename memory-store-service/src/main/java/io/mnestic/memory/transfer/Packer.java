package io.mnestic.memory.transfer;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.Deque;

/** Packs lines into messages: several short ones into one, a long one into several. */
final class Packer {
  private static final int MESSAGE_BYTES = 1 << 20;

  private final Deque<Piece> pieces = new ArrayDeque<>();
  private ByteString open = ByteString.EMPTY;

  /**
   * Adds a line.
   *
   * @param memories how many memories there are with it
   */
  void add(ByteString line, long memories) {
    if (!open.isEmpty() && open.size() + line.size() > MESSAGE_BYTES) {
      close(memories - 1);
    }
    ByteString rest = line;
    while (rest.size() > MESSAGE_BYTES) {
      pieces.add(new Piece(rest.substring(0, MESSAGE_BYTES), memories - 1));
      rest = rest.substring(MESSAGE_BYTES);
    }
    open = open.concat(rest);
  }

  /** No further line for now; there are so many memories. */
  void close(long memories) {
    if (!open.isEmpty()) {
      pieces.add(new Piece(open, memories));
      open = ByteString.EMPTY;
    }
  }

  boolean isEmpty() {
    return pieces.isEmpty();
  }

  Piece remove() {
    return pieces.remove();
  }

  /**
   * A message's worth.
   *
   * @param memories whole memories up to its end
   */
  record Piece(ByteString data, long memories) {}
}
