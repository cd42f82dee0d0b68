package io.mnestic.memory.write;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.NamedVector;
import io.mnestic.wire.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Refuses vectors that can not be searched, and brings the others to unit length. */
public final class CheckVectors {
  /**
   * How far from 1 the squares of a unit vector's numbers may add up to: each was rounded to a
   * float, by up to 2^-24 of itself. Such a vector is kept bit by bit, so that one that was read
   * from a store is the same when it is written again.
   */
  private static final double ROUNDING = 0x1p-22;

  private CheckVectors() {}

  /**
   * The vectors of one memory at unit length.
   *
   * @param path the field path of the list, such as {@code memories[2].vectors}
   * @throws Refusal WRONG_DIMENSION, VECTOR_NOT_FINITE, VECTOR_ZERO; INVALID_FIELD for a name given
   *     twice
   */
  public static List<NamedVector> unit(List<NamedVector> vectors, int dimensions, String path) {
    Set<String> names = new HashSet<>();
    List<NamedVector> unit = new ArrayList<>(vectors.size());
    for (int i = 0; i < vectors.size(); i++) {
      NamedVector vector = vectors.get(i);
      String element = path + "[" + i + "]";
      if (!names.add(vector.getName())) {
        throw Refusal.of(
                Reason.REASON_INVALID_FIELD,
                "the vector '" + vector.getName() + "' is given twice: give it once")
            .withField(element + ".name");
      }
      float[] values =
          unit(vector.getValuesCount(), vector::getValues, dimensions, element + ".values");
      NamedVector.Builder scaled = NamedVector.newBuilder().setName(vector.getName());
      for (float value : values) {
        scaled.addValues(value);
      }
      unit.add(scaled.build());
    }
    return unit;
  }

  /**
   * One vector at unit length.
   *
   * @param path its field path
   * @throws Refusal WRONG_DIMENSION, VECTOR_NOT_FINITE, VECTOR_ZERO
   */
  public static float[] unit(int length, Values value, int dimensions, String path) {
    if (length != dimensions) {
      throw Refusal.of(
              Reason.REASON_WRONG_DIMENSION,
              "the vector has %d numbers and the namespace's vectors have %d: encode with its model"
                  .formatted(length, dimensions))
          .withField(path);
    }
    float[] values = new float[length];
    double squares = 0;
    for (int i = 0; i < length; i++) {
      values[i] = value.at(i);
      squares += (double) values[i] * values[i];
    }
    if (!Double.isFinite(squares)) {
      throw Refusal.of(
              Reason.REASON_VECTOR_NOT_FINITE,
              "the vector holds NaN or infinity: leave the memory without vectors instead")
          .withField(path);
    }
    if (squares == 0) {
      throw Refusal.of(
              Reason.REASON_VECTOR_ZERO,
              "the vector is all zeros, so it points nowhere: leave it out instead")
          .withField(path);
    }
    if (Math.abs(squares - 1) <= ROUNDING) {
      return values;
    }
    double norm = Math.sqrt(squares);
    for (int i = 0; i < length; i++) {
      values[i] = (float) (values[i] / norm);
    }
    return values;
  }

  /** A list's numbers without boxing them. */
  @FunctionalInterface
  public interface Values {
    /** The number at {@code index}. */
    float at(int index);
  }
}
