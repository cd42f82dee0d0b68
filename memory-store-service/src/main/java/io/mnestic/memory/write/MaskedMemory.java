package io.mnestic.memory.write;

import com.google.protobuf.FieldMask;
import com.google.protobuf.util.FieldMaskUtil;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.Memory;
import io.mnestic.wire.Refusal;
import java.util.Set;

/**
 * New values of some of a memory's fields.
 *
 * @param values holds them
 * @param mask names them
 */
record MaskedMemory(Memory values, FieldMask mask) {
  private static final int MOST_PATHS = 32;
  private static final FieldMaskUtil.MergeOptions REPLACE =
      new FieldMaskUtil.MergeOptions()
          .setReplaceMessageFields(true)
          .setReplaceRepeatedFields(true)
          .setReplacePrimitiveFields(true);
  private static final Set<String> PATHS =
      Set.of(
          "key",
          "value",
          "attributes",
          "vectors",
          "token_vectors",
          "valid_from",
          "valid_to",
          "importance",
          "pinned",
          "turn.role",
          "turn.speaker",
          "turn.said_time",
          "turn.tool_calls",
          "turn.tool_call_id",
          "turn.attachments",
          "source_ids");

  /**
   * What an update asks for.
   *
   * @throws Refusal INVALID_FIELD
   */
  static MaskedMemory check(Memory memory, FieldMask mask) {
    if (memory.getId().isEmpty()) {
      throw invalid("memory.id", "memory.id must be set: it says which memory to update");
    }
    if (mask.getPathsCount() == 0 || mask.getPathsCount() > MOST_PATHS) {
      throw invalid("update_mask", "update_mask must name 1 to 32 fields");
    }
    for (String path : mask.getPathsList()) {
      if (!PATHS.contains(path)) {
        throw invalid(
            "update_mask",
            "update_mask names '" + path + "', which no update changes; see UpdateMemoryRequest");
      }
    }
    return new MaskedMemory(memory, mask);
  }

  /** The memory with the new values in it. */
  Memory over(Memory stored) {
    if (!stored.hasTurn() && mask.getPathsList().stream().anyMatch(it -> it.startsWith("turn."))) {
      throw invalid("update_mask", "the memory is no turn: leave its turn out of the mask");
    }
    Memory.Builder changed = stored.toBuilder();
    FieldMaskUtil.merge(mask, values, changed, REPLACE);
    boolean newKey = !changed.getKey().equals(stored.getKey());
    if (newKey && !names("vectors")) {
      changed.clearVectors();
    }
    if (newKey && !names("token_vectors")) {
      changed.clearTokenVectors();
    }
    boolean follows = !names("value") && stored.getValue().equals(stored.getKey());
    if (follows || changed.getValue().isEmpty()) {
      changed.setValue(changed.getKey());
    }
    if (changed.hasTurn() && !changed.getTurn().hasSaidTime()) {
      changed.getTurnBuilder().setSaidTime(stored.getTurn().getSaidTime());
    }
    return changed.build();
  }

  private boolean names(String path) {
    return mask.getPathsList().contains(path);
  }

  private static Refusal invalid(String field, String message) {
    return Refusal.of(Reason.REASON_INVALID_FIELD, message).withField(field);
  }
}
