package io.mnestic.orchestrator.encoding;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Arithmetic of unit vectors. */
final class Vectors {
  private Vectors() {}

  /** The direction of the sum; the first vector where the sum has none. */
  static List<Float> mean(List<List<Float>> vectors) {
    if (vectors.size() == 1) {
      return vectors.getFirst();
    }
    double[] sum = new double[vectors.getFirst().size()];
    for (List<Float> vector : vectors) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += vector.get(i);
      }
    }
    double square = 0;
    for (double value : sum) {
      square += value * value;
    }
    double norm = Math.sqrt(square);
    if (norm < 1e-9) {
      return vectors.getFirst();
    }
    List<Float> unit = new ArrayList<>(Collections.nCopies(sum.length, 0f));
    for (int i = 0; i < sum.length; i++) {
      unit.set(i, (float) (sum[i] / norm));
    }
    return unit;
  }

  /** The same vectors, or the means of as few neighbours as give no more than {@code most}. */
  static List<List<Float>> atMost(int most, List<List<Float>> vectors) {
    if (vectors.size() <= most) {
      return vectors;
    }
    int group = (vectors.size() + most - 1) / most;
    List<List<Float>> means = new ArrayList<>();
    for (int start = 0; start < vectors.size(); start += group) {
      means.add(mean(vectors.subList(start, Math.min(start + group, vectors.size()))));
    }
    return means;
  }
}
