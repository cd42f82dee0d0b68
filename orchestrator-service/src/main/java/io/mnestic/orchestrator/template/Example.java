package io.mnestic.orchestrator.template;

import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.NamedVector;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A memory of kind EXAMPLE, or the query that examples are to be like.
 *
 * @param memory without vectors; the query as its key
 * @param vector of unit length; empty if there is none
 * @param trigrams of the key's characters, whatever its language
 */
record Example(Memory memory, List<Float> vector, Set<String> trigrams) {
  static Example of(Memory memory) {
    List<Float> vector =
        memory.getVectorsList().stream()
            .filter(named -> named.getName().equals("key"))
            .map(NamedVector::getValuesList)
            .findFirst()
            .orElse(List.of());
    return of(memory.toBuilder().clearVectors().build(), vector);
  }

  static Example of(Memory memory, List<Float> vector) {
    return new Example(memory, vector, trigrams(memory.getKey()));
  }

  /**
   * How alike two are: the cosine of their vectors; if one has none, the Jaccard index of their
   * trigrams.
   */
  double similarity(Example other) {
    if (!vector.isEmpty() && vector.size() == other.vector.size()) {
      double cosine = 0;
      for (int i = 0; i < vector.size(); i++) {
        cosine += (double) vector.get(i) * other.vector.get(i);
      }
      return cosine;
    }
    Set<String> shared = new HashSet<>(trigrams);
    shared.retainAll(other.trigrams);
    int all = trigrams.size() + other.trigrams.size() - shared.size();
    return all == 0 ? 0 : (double) shared.size() / all;
  }

  /** Whether both say the same. */
  boolean repeats(Example other) {
    return memory.getKey().strip().equals(other.memory.getKey().strip())
        && memory.getValue().strip().equals(other.memory.getValue().strip());
  }

  private static Set<String> trigrams(String text) {
    int[] characters = (" " + text.strip().toLowerCase(Locale.ROOT) + " ").codePoints().toArray();
    Set<String> trigrams = new HashSet<>();
    for (int i = 0; i + 3 <= characters.length; i++) {
      trigrams.add(new String(characters, i, 3));
    }
    return trigrams;
  }
}
