package io.mnestic.memory.reinforcement;

import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.NamedVector;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * For each memory of a write the one that it may be a near-duplicate of, as it was found before the
 * write was committed.
 */
public final class Duplicates {
  private final List<Optional<Nearest>> nearest;
  private final double threshold;
  private final EraseAdd rule;

  Duplicates(List<Optional<Nearest>> nearest, double threshold, EraseAdd rule) {
    this.nearest = nearest;
    this.threshold = threshold;
    this.rule = rule;
  }

  /** Of a write that does not ask for reinforcement. */
  public static Duplicates none(int memories) {
    return new Duplicates(Collections.nCopies(memories, Optional.empty()), 1, new EraseAdd(0, 1));
  }

  /**
   * The stored memory that a memory of the write reinforces, moved towards it; none if it is to be
   * stored, also because what was found has changed meanwhile.
   *
   * @param index of the memory in the write
   * @param written ids under which the memories before it were written
   * @param current finds a memory as the write has it so far
   */
  public Optional<Reinforced> reinforced(
      int index, Memory asked, List<String> written, Function<String, Optional<Memory>> current) {
    Optional<NamedVector> key = EraseAdd.key(asked);
    Optional<Memory> target =
        nearest
            .get(index)
            .map(found -> found.earlier() < 0 ? found.id() : written.get(found.earlier()))
            .flatMap(current)
            .filter(memory -> memory.getKind() == asked.getKind());
    if (key.isEmpty() || target.isEmpty()) {
      return Optional.empty();
    }
    return EraseAdd.key(target.get())
        .map(old -> EraseAdd.cosine(old, key.get()))
        .filter(cosine -> cosine >= threshold)
        .map(cosine -> new Reinforced(rule.move(target.get(), key.get()), cosine));
  }

  /**
   * What was nearest.
   *
   * @param id of a stored memory
   * @param earlier index of an earlier memory of the same write; -1 if it is a stored one
   */
  record Nearest(String id, int earlier) {}

  /**
   * A memory that was reinforced.
   *
   * @param memory with its key moved
   * @param cosine of its key before that and the near-duplicate's
   */
  public record Reinforced(Memory memory, double cosine) {}
}
