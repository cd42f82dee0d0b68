package io.mnestic.orchestrator.recall;

import io.mnestic.memory.v1.Memory;
import java.util.List;
import java.util.OptionalDouble;

/** Recollections made by hand. */
public final class Recollections {
  private Recollections() {}

  public static Recollection of(List<Memory> bestFirst) {
    return of(bestFirst, OptionalDouble.empty());
  }

  public static Recollection of(List<Memory> bestFirst, OptionalDouble chance) {
    return new Recollection(
        "question",
        bestFirst.stream().map(memory -> new Candidate(memory, "", List.of(), 0)).toList(),
        1,
        chance,
        List.of());
  }
}
