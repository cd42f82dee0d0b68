package io.mnestic.bench.transfer;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.mnestic.memory.v1.ExportLine;
import java.util.Optional;

/** Lines of an export as this side reads them. */
public final class ExportLines {
  private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();

  private ExportLines() {}

  /** The line, if it is one. */
  public static Optional<ExportLine> parse(String json) {
    ExportLine.Builder line = ExportLine.newBuilder();
    try {
      PARSER.merge(json, line);
      return Optional.of(line.build());
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }
}
