package io.mnestic.orchestrator.facts;

import io.mnestic.memory.v1.AttributeValue;
import io.mnestic.memory.v1.Memory;
import io.mnestic.orchestrator.compaction.ReadMemories;
import io.mnestic.orchestrator.v1.FactEntry;
import io.mnestic.orchestrator.v1.RecalledMemory;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Shows with a fact what else was held in its place. */
@Singleton
public final class Conflicts {
  private final FactSlots slots;
  private final ReadMemories memories;

  Conflicts(FactSlots slots, ReadMemories memories) {
    this.slots = slots;
    this.memories = memories;
  }

  /** The recalled memory with the other side of each contradiction, by when it began to hold. */
  public RecalledMemory shown(String namespace, RecalledMemory recalled) {
    Memory fact = recalled.getMemory();
    AttributeValue none = AttributeValue.getDefaultInstance();
    String subject = fact.getAttributesOrDefault(FactMemory.SUBJECT, none).getText();
    String slot = fact.getAttributesOrDefault(FactMemory.SLOT, none).getText();
    if (subject.isEmpty() || slot.isEmpty()) {
      return recalled;
    }
    List<String> others =
        slots.get(namespace, subject, slot).getFactsList().stream()
            .map(FactEntry::getMemoryId)
            .filter(id -> !id.equals(fact.getId()))
            .toList();
    return recalled.toBuilder()
        .addAllConflicts(
            memories.read(namespace, others).stream().flatMap(Optional::stream).toList())
        .build();
  }
}
