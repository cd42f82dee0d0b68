package io.mnestic.memory.reinforcement;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.index.IndexReading;
import io.mnestic.memory.index.KeyHit;
import io.mnestic.memory.indexing.Indexer;
import io.mnestic.memory.indexing.OpenIndexes;
import io.mnestic.memory.v1.Filter;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.NamedVector;
import io.mnestic.memory.v1.Reinforcement;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Finds what the memories of a write are near-duplicates of. */
@Singleton
public final class FindDuplicates {
  private static final double DEFAULT_THRESHOLD = 0.95;
  private static final double DEFAULT_ERASE = 1;
  private static final double DEFAULT_WEIGHT = 0.1;
  private static final int LOCKS = 64;

  private final Indexer indexer;
  private final List<ReentrantLock> locks = new ArrayList<>();

  FindDuplicates(Indexer indexer) {
    this.indexer = indexer;
    for (int i = 0; i < LOCKS; i++) {
      locks.add(new ReentrantLock());
    }
  }

  /**
   * Does a write that looks for duplicates while no other such write of the namespace is between
   * looking and committing: of two near-duplicates that come at once, one is then found by the
   * other.
   */
  public <R> R alone(String namespace, Supplier<R> write) {
    ReentrantLock lock = locks.get(Math.floorMod(namespace.hashCode(), LOCKS));
    lock.lock();
    try {
      return write.get();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Looks for the nearest memory of the same kind, among those of the namespace as given and those
   * before it in the write.
   *
   * @param memories checked, with unit vectors
   * @throws Refusal INVALID_FIELD for a turn, which is kept as it was said
   */
  public Duplicates find(StoredNamespace namespace, List<Memory> memories, Reinforcement settings) {
    double threshold = settings.hasThreshold() ? settings.getThreshold() : DEFAULT_THRESHOLD;
    EraseAdd rule =
        new EraseAdd(
            settings.hasErase() ? settings.getErase() : DEFAULT_ERASE,
            settings.hasWeight() ? settings.getWeight() : DEFAULT_WEIGHT);
    checkKinds(memories);
    long revision = namespace.getNamespace().getRevision();
    List<Optional<Duplicates.Nearest>> nearest = new ArrayList<>(memories.size());
    try (OpenIndexes.Lease lease = indexer.await(namespace, revision);
        IndexReading index = lease.index().reading(revision)) {
      for (int i = 0; i < memories.size(); i++) {
        int at = i;
        nearest.add(
            EraseAdd.key(memories.get(i))
                .flatMap(key -> nearest(index, memories, at, key, threshold)));
      }
    }
    return new Duplicates(nearest, threshold, rule);
  }

  private static Optional<Duplicates.Nearest> nearest(
      IndexReading index, List<Memory> memories, int at, NamedVector key, double threshold) {
    Kind kind = memories.get(at).getKind();
    float[] vector = values(key);
    Optional<Duplicates.Nearest> best = Optional.empty();
    double highest = threshold;
    for (KeyHit hit : index.nearest(vector, Filter.newBuilder().addKinds(kind).build(), 1).hits()) {
      double cosine = hit.cosine(vector);
      if (cosine >= highest) {
        best = Optional.of(new Duplicates.Nearest(hit.id(), -1));
        highest = cosine;
      }
    }
    for (int i = 0; i < at; i++) {
      Optional<NamedVector> other = EraseAdd.key(memories.get(i));
      if (memories.get(i).getKind() == kind && other.isPresent()) {
        double cosine = EraseAdd.cosine(other.get(), key);
        // Of a stored one and an equal one of the write, the stored one.
        if (best.isEmpty() ? cosine >= highest : cosine > highest) {
          best = Optional.of(new Duplicates.Nearest("", i));
          highest = cosine;
        }
      }
    }
    return best;
  }

  private static void checkKinds(List<Memory> memories) {
    for (int i = 0; i < memories.size(); i++) {
      if (memories.get(i).getKind() == Kind.KIND_TURN) {
        throw Refusal.of(
                Reason.REASON_INVALID_FIELD,
                "a turn is kept as it was said: write it without reinforce")
            .withField("memories[" + i + "].kind");
      }
    }
  }

  private static float[] values(NamedVector vector) {
    float[] values = new float[vector.getValuesCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = vector.getValues(i);
    }
    return values;
  }
}
