package io.mnestic.orchestrator.compaction;

import io.mnestic.memory.v1.Memory;
import io.mnestic.orchestrator.encoding.EncodedMemory;
import io.mnestic.orchestrator.encoding.MemoryEncoder;
import io.mnestic.orchestrator.encoding.Subject;
import io.mnestic.orchestrator.space.Spaces;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds the memories that are most like a first one. */
@Singleton
final class Likeness {
  private final MemoryEncoder encoder;
  private final Spaces spaces;
  private final CompactionSettings settings;

  Likeness(MemoryEncoder encoder, Spaces spaces, CompactionSettings settings) {
    this.encoder = encoder;
    this.spaces = spaces;
    this.settings = settings;
  }

  /** The first memory and the others most like it, in order, {@code most} at most. */
  List<Memory> nearest(String namespace, List<Memory> memories, int most, Runnable beforeEachCall) {
    List<Subject> subjects =
        memories.stream().map(memory -> new Subject(memory.getKey(), null)).toList();
    List<EncodedMemory> vectors =
        encoder.encode(spaces.of(namespace), subjects, settings.encodeDeadline(), beforeEachCall);
    List<Float> first = key(vectors.getFirst());
    List<Integer> order = new ArrayList<>();
    for (int i = 1; i < memories.size(); i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingDouble((Integer i) -> -cosine(first, key(vectors.get(i)))));
    List<Memory> nearest = new ArrayList<>(List.of(memories.getFirst()));
    order.stream().limit(most - 1L).map(memories::get).forEach(nearest::add);
    return nearest;
  }

  private static List<Float> key(EncodedMemory encoded) {
    return encoded.vectors().getFirst().getValuesList();
  }

  private static double cosine(List<Float> one, List<Float> other) {
    double sum = 0;
    for (int i = 0; i < one.size(); i++) {
      sum += (double) one.get(i) * other.get(i);
    }
    return sum;
  }
}
