package io.mnestic.memory.reinforcement;

import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.NamedVector;
import java.util.Optional;

/**
 * The erase-add rule of neural Turing machines (Graves et al. 2014, equations 3 and 4) on a key: k'
 * = k (1 - e w) + a w, brought to unit length. The erase vector has the same number e in each
 * place, and a is the key of the near-duplicate.
 *
 * @param erase e, 0 to 1
 * @param weight w, above 0 up to 1
 */
record EraseAdd(double erase, double weight) {
  private static final String KEY = "key";

  /** The memory with its key vector moved towards another. */
  Memory move(Memory memory, NamedVector towards) {
    Memory.Builder moved = memory.toBuilder();
    for (int i = 0; i < memory.getVectorsCount(); i++) {
      if (memory.getVectors(i).getName().equals(KEY)) {
        moved.setVectors(i, move(memory.getVectors(i), towards));
      }
    }
    return moved.build();
  }

  private NamedVector move(NamedVector key, NamedVector towards) {
    double[] sum = new double[key.getValuesCount()];
    double squares = 0;
    for (int i = 0; i < sum.length; i++) {
      sum[i] = key.getValues(i) * (1 - erase * weight) + towards.getValues(i) * weight;
      squares += sum[i] * sum[i];
    }
    double norm = Math.sqrt(squares);
    NamedVector.Builder moved = NamedVector.newBuilder().setName(KEY);
    for (double value : sum) {
      moved.addValues((float) (value / norm));
    }
    return moved.build();
  }

  /** A memory's key vector. */
  static Optional<NamedVector> key(Memory memory) {
    return memory.getVectorsList().stream()
        .filter(vector -> vector.getName().equals(KEY))
        .findFirst();
  }

  /** The cosine of two unit vectors. */
  static double cosine(NamedVector one, NamedVector other) {
    double sum = 0;
    for (int i = 0; i < one.getValuesCount(); i++) {
      sum += (double) one.getValues(i) * other.getValues(i);
    }
    return sum;
  }
}
