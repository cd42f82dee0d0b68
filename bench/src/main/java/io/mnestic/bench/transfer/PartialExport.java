package io.mnestic.bench.transfer;

import io.mnestic.bench.report.BadInput;
import io.mnestic.memory.v1.ExportLine;
import io.mnestic.memory.v1.ExportMemoriesRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How far a file of an export is that was cut off.
 *
 * @param bytes up to the end of the last whole line
 * @param request what goes on behind it
 */
record PartialExport(long bytes, ExportMemoriesRequest request) {
  private static final int READ_BYTES = 1 << 20;

  /**
   * Looks at a file; one without a whole line is begun again.
   *
   * @throws BadInput if it is an export of something else
   */
  static PartialExport of(Path file, FileChannel channel, String namespace) throws IOException {
    ExportMemoriesRequest.Builder request =
        ExportMemoriesRequest.newBuilder().setNamespace(namespace);
    long lines = 0;
    long lineStart = 0;
    long lastStart = 0;
    long end = 0;
    ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
    for (long position = 0; channel.read(buffer, position) > 0; position += buffer.limit()) {
      buffer.flip();
      for (int i = 0; i < buffer.limit(); i++) {
        if (buffer.get(i) == '\n') {
          lines++;
          lastStart = lineStart;
          lineStart = position + i + 1;
          end = lineStart;
          if (lines == 1) {
            header(file, read(channel, 0, end), namespace, request);
          }
        }
      }
      buffer.position(0);
      if (buffer.limit() < buffer.capacity()) {
        break;
      }
      buffer.clear();
    }
    if (lines < 2) {
      return new PartialExport(0, request.clearRevision().build());
    }
    String last = read(channel, lastStart, end);
    String id =
        ExportLines.parse(last)
            .filter(ExportLine::hasMemory)
            .map(line -> line.getMemory().getId())
            .orElseThrow(() -> foreign(file));
    return new PartialExport(end, request.setAfterId(id).setMemoriesBefore(lines - 1).build());
  }

  private static void header(
      Path file, String line, String namespace, ExportMemoriesRequest.Builder request) {
    Optional<ExportLine> header = ExportLines.parse(line).filter(ExportLine::hasHeader);
    if (header.isEmpty() || !header.get().getHeader().getNamespace().equals(namespace)) {
      throw foreign(file);
    }
    request.setRevision(header.get().getHeader().getRevision());
  }

  private static String read(FileChannel channel, long from, long to) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(to - from));
    while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) > 0) {
      // Until the line is whole.
    }
    return new String(bytes.array(), StandardCharsets.UTF_8);
  }

  private static BadInput foreign(Path file) {
    return new BadInput(
        file + " is not the beginning of an export of this namespace: delete it to start again");
  }
}
