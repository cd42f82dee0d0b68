package io.mnestic.memory.transfer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.ExportEnd;
import io.mnestic.memory.v1.ExportHeader;
import io.mnestic.memory.v1.ExportLine;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.VectorSpace;
import io.mnestic.memory.write.CheckMemories;
import io.mnestic.wire.Refusal;
import io.mnestic.wire.RequestRules;
import java.util.Optional;

/** The lines of a file that is imported: their numbers, their order, and what is wrong with one. */
final class ImportFile {
  private static final int LONGEST_MESSAGE = 300;

  private final RequestRules rules;
  private final VectorSpace space;
  private final boolean whole;
  private long line;
  private long memories;
  private boolean header;
  private boolean end;
  private long bad;

  /**
   * A file.
   *
   * @param linesBefore how many of its lines are not sent
   */
  ImportFile(RequestRules rules, VectorSpace space, long linesBefore) {
    this.rules = rules;
    this.space = space;
    this.line = linesBefore;
    this.whole = linesBefore == 0;
  }

  /** The number of the last line that was read, from 1. */
  long line() {
    return line;
  }

  /**
   * Reads the next line.
   *
   * @return the memory in it, with unit vectors; none for any other line
   * @throws Refusal IMPORT_LINE_INVALID
   */
  Optional<Memory> next(ByteString bytes) {
    return next(bytes, "not the JSON of a line");
  }

  private Optional<Memory> next(ByteString bytes, String notJson) {
    line++;
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    if (end) {
      throw invalid("it stands behind the end line");
    }
    ExportLine parsed = parse(bytes, notJson);
    return switch (parsed.getLineCase()) {
      case HEADER -> {
        checkHeader(parsed.getHeader());
        yield Optional.empty();
      }
      case END -> {
        checkEnd(parsed.getEnd());
        yield Optional.empty();
      }
      case MEMORY -> {
        memories++;
        yield Optional.of(check(parsed.getMemory()));
      }
      case LINE_NOT_SET -> throw invalid("it is none of header, memory and end");
    };
  }

  /**
   * Reads what stands behind the last line's end, and sees whether the file is whole.
   *
   * @throws Refusal IMPORT_LINE_INVALID
   */
  Optional<Memory> last(ByteString rest) {
    Optional<Memory> memory = Optional.empty();
    if (!rest.isEmpty()) {
      memory = next(rest, "the file ends within it");
    }
    if (header && !end) {
      line++;
      throw invalid("the file is cut off: it has a header, but no end line");
    }
    return memory;
  }

  /** The refusal of the line after the one read last, which has no end. */
  Refusal tooLong(int most) {
    bad = line + 1;
    return invalid(bad, "longer than " + most + " bytes");
  }

  /** The number of the line that was refused; 0 while none was. */
  long badLine() {
    return bad;
  }

  private Refusal invalid(String message) {
    bad = line;
    return invalid(line, message);
  }

  /** The refusal of a line. */
  static Refusal invalid(long line, String message) {
    String all = "line " + line + ": " + message;
    return Refusal.of(
            Reason.REASON_IMPORT_LINE_INVALID,
            all.length() > LONGEST_MESSAGE ? all.substring(0, LONGEST_MESSAGE) + "..." : all)
        .withMetadata("line", Long.toString(line))
        .withField("data");
  }

  private ExportLine parse(ByteString bytes, String notJson) {
    try {
      ExportLine parsed = Lines.parse(bytes);
      rules.check(parsed);
      return parsed;
    } catch (InvalidProtocolBufferException e) {
      throw invalid(notJson + ": " + e.getMessage());
    } catch (Refusal e) {
      throw invalid(e.getMessage());
    }
  }

  private void checkHeader(ExportHeader found) {
    if (line != 1) {
      throw invalid("a header can only be the first line");
    }
    if (!found.getModel().equals(space.getModel())
        || !found.getModelRevision().equals(space.getModelRevision())
        || found.getDimensions() != space.getDimensions()) {
      throw invalid(
          "its vectors are of %s %s with %d dimensions, the namespace's of %s %s with %d"
              .formatted(
                  found.getModel(),
                  found.getModelRevision(),
                  found.getDimensions(),
                  space.getModel(),
                  space.getModelRevision(),
                  space.getDimensions()));
    }
    header = true;
  }

  private void checkEnd(ExportEnd found) {
    if (whole && found.getMemories() != memories) {
      throw invalid(
          "%d memories were exported and %d lines of memories are in the file"
              .formatted(found.getMemories(), memories));
    }
    end = true;
  }

  private Memory check(Memory memory) {
    if (memory.getId().isEmpty()) {
      throw invalid("memory.id: needed, so that importing it again does not store it twice");
    }
    try {
      return CheckMemories.imported(memory, "memory", space.getDimensions());
    } catch (Refusal e) {
      throw invalid(e.getMessage());
    }
  }
}
