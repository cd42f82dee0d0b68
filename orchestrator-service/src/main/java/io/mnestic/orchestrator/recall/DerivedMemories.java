package io.mnestic.orchestrator.recall;

import io.mnestic.memory.v1.Filter;
import io.mnestic.memory.v1.Memory;

/**
 * Keeps what was made from other memories from taking their place: a summary is near a question
 * whenever its turns are, and says less. Whoever wants them asks for their kind.
 */
final class DerivedMemories {
  private DerivedMemories() {}

  static boolean isWanted(Filter filter, Memory memory) {
    return memory.getSourceIdsCount() == 0 || filter.getKindsCount() > 0;
  }
}
