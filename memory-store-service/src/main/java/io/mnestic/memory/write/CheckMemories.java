package io.mnestic.memory.write;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.tokens.CheckTokens;
import io.mnestic.memory.v1.AttributeValue;
import io.mnestic.memory.v1.Memory;
import io.mnestic.wire.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the contract's declared rules can not say about memories to be written. */
public final class CheckMemories {
  private static final AttributeValue ZERO = AttributeValue.newBuilder().setNumber(0).build();

  private CheckMemories() {}

  /**
   * The memories with unit vectors.
   *
   * @throws Refusal INVALID_FIELD or a reason of {@link CheckVectors}
   */
  static List<Memory> check(List<Memory> memories, int dimensions) {
    Set<String> ids = new HashSet<>();
    List<Memory> checked = new ArrayList<>(memories.size());
    for (int i = 0; i < memories.size(); i++) {
      Memory memory = memories.get(i);
      String path = "memories[" + i + "]";
      if (!memory.getId().isEmpty() && !ids.add(memory.getId())) {
        throw invalid(path + ".id", "the id '" + memory.getId() + "' is given twice: give it once");
      }
      checked.add(check(memory, path, dimensions));
    }
    return checked;
  }

  /**
   * A memory of a file, with unit vectors. It may say when it was created and updated.
   *
   * @param path its field path
   * @throws Refusal INVALID_FIELD or a reason of {@link CheckVectors}
   */
  public static Memory imported(Memory memory, String path, int dimensions) {
    checkTime(memory.getCreateTime(), path + ".create_time");
    checkTime(memory.getUpdateTime(), path + ".update_time");
    return check(memory, path, dimensions);
  }

  /**
   * The memory with unit vectors.
   *
   * @param path of the field that holds it
   * @throws Refusal INVALID_FIELD or a reason of {@link CheckVectors}
   */
  static Memory check(Memory memory, String path, int dimensions) {
    if (memory.getKey().isBlank()) {
      throw invalid(path + ".key", "the key is blank: there is nothing to match");
    }
    checkTimes(memory, path);
    Memory.Builder checked = memory.toBuilder();
    checked
        .clearVectors()
        .addAllVectors(CheckVectors.unit(memory.getVectorsList(), dimensions, path + ".vectors"))
        .clearTokenVectors()
        .addAllTokenVectors(
            CheckTokens.packed(memory.getTokenVectorsList(), dimensions, path + ".token_vectors"));
    memory
        .getAttributesMap()
        .forEach((name, value) -> {
          if (value.hasNumber() && value.getNumber() == 0) {
            // Also -0.0, which is the same number to a filter, but is lost in JSON.
            checked.putAttributes(name, ZERO);
          }
        });
    return checked.build();
  }

  private static void checkTimes(Memory memory, String path) {
    checkTime(memory.getValidFrom(), path + ".valid_from");
    checkTime(memory.getValidTo(), path + ".valid_to");
    checkTime(memory.getTurn().getSaidTime(), path + ".turn.said_time");
    if (memory.hasValidFrom()
        && memory.hasValidTo()
        && Timestamps.compare(memory.getValidFrom(), memory.getValidTo()) >= 0) {
      throw invalid(path + ".valid_to", "valid_to is not after valid_from");
    }
  }

  private static void checkTime(Timestamp time, String path) {
    if (!Timestamps.isValid(time)) {
      throw invalid(path, "not a time: years 1 to 9999, with 0 to 999,999,999 nanoseconds");
    }
  }

  private static Refusal invalid(String path, String message) {
    return Refusal.of(Reason.REASON_INVALID_FIELD, path + ": " + message).withField(path);
  }
}
