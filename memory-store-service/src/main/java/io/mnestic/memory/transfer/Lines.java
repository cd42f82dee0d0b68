package io.mnestic.memory.transfer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.mnestic.memory.v1.ExportLine;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Lines of an export. Lossless: numbers are written with as many digits as bring the same bits back
 * (Float.toString and Double.toString), 64-bit integers as strings.
 */
final class Lines {
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().omittingInsignificantWhitespace();
  private static final JsonFormat.Parser PARSER = JsonFormat.parser();

  private Lines() {}

  /** A line with its end. */
  static ByteString of(ExportLine line) {
    try {
      return ByteString.copyFromUtf8(PRINTER.print(line) + "\n");
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("only an Any could fail to print", e);
    }
  }

  /**
   * Reads a line.
   *
   * @throws InvalidProtocolBufferException that says what is wrong with it
   */
  static ExportLine parse(ByteString line) throws InvalidProtocolBufferException {
    ExportLine.Builder parsed = ExportLine.newBuilder();
    PARSER.merge(text(line), parsed);
    return parsed.build();
  }

  /** Bytes that are no UTF-8 would otherwise be replaced, and the text would not be the file's. */
  private static String text(ByteString line) throws InvalidProtocolBufferException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(line.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new InvalidProtocolBufferException("not UTF-8", e);
    }
  }
}
