package io.mnestic.bench.recall;

import io.mnestic.memory.v1.AttributeValue;
import io.mnestic.orchestrator.v1.RecalledMemory;
import java.util.Optional;

/** Which turn a recalled memory is. */
final class Recalled {
  private Recalled() {}

  /** Empty for a memory that is no turn of a conversation. */
  static Optional<TurnId> turnId(RecalledMemory recalled) {
    String id =
        recalled
            .getMemory()
            .getAttributesMap()
            .getOrDefault(Ingest.ID_ATTRIBUTE, AttributeValue.getDefaultInstance())
            .getText();
    return TurnId.allIn(id).stream().findFirst();
  }
}
