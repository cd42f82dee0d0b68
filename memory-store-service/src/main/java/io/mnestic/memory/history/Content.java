package io.mnestic.memory.history;

import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Record;
import java.util.Optional;

/** Whether two versions come to the same, whichever revisions stored them. */
final class Content {
  private Content() {}

  /** Whether they are alike in all that a read shows, apart from when they were stored. */
  static boolean sameState(Optional<Memory> one, Optional<Memory> other) {
    return one.map(Content::state).equals(other.map(Content::state));
  }

  /** Whether their authors wrote the same: the store gives turns their places. */
  static boolean same(Optional<Memory> one, Optional<Memory> other) {
    return one.map(Content::of).equals(other.map(Content::of));
  }

  static boolean sameRecord(Optional<Record> one, Optional<Record> other) {
    return one.map(Record::getData).equals(other.map(Record::getData));
  }

  private static Memory state(Memory memory) {
    return memory.toBuilder()
        .clearVectors()
        .clearTokenVectors()
        .clearRevision()
        .clearUpdateTime()
        .build();
  }

  private static Memory of(Memory memory) {
    Memory.Builder content = state(memory).toBuilder().clearCreateTime();
    if (content.hasTurn()) {
      content.getTurnBuilder().clearSequence();
    }
    return content.build();
  }
}
