package io.mnestic.memory.transfer;

import com.google.protobuf.ByteString;
import java.util.function.Consumer;

/** Cuts bytes that come in pieces into lines. */
final class LineCutter {
  private final int longest;
  private ByteString open = ByteString.EMPTY;

  /** Of lines of at most so many bytes. */
  LineCutter(int longest) {
    this.longest = longest;
  }

  /**
   * Takes the next piece.
   *
   * @param lines gets each line that it completes, without its end
   * @throws LineTooLong if a line has no end yet and is too long; the lines before it were given
   */
  void add(ByteString piece, Consumer<ByteString> lines) {
    int from = 0;
    for (int i = 0; i < piece.size(); i++) {
      if (piece.byteAt(i) == '\n') {
        ByteString line = open.concat(piece.substring(from, i));
        open = ByteString.EMPTY;
        from = i + 1;
        lines.accept(line);
      }
    }
    open = open.concat(piece.substring(from));
    if (open.size() > longest) {
      throw new LineTooLong();
    }
  }

  /** What stands behind the last line's end. */
  ByteString rest() {
    return open;
  }

  /** A line has no end. */
  static final class LineTooLong extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
