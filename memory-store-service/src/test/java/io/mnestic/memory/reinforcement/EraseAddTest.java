package io.mnestic.memory.reinforcement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.NamedVector;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class EraseAddTest {
  @Test
  void isTheFormulaAtUnitLength() {
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      double erase = random.nextDouble();
      double weight = 1 - random.nextDouble();
      NamedVector old = vector("key", random);
      NamedVector added = vector("key", random);
      NamedVector moved = move(new EraseAdd(erase, weight), old, added);
      double[] expected = new double[old.getValuesCount()];
      double squares = 0;
      for (int d = 0; d < expected.length; d++) {
        expected[d] = old.getValues(d) * (1 - erase * weight) + added.getValues(d) * weight;
        squares += expected[d] * expected[d];
      }
      for (int d = 0; d < expected.length; d++) {
        assertThat((double) moved.getValues(d))
            .isCloseTo(expected[d] / Math.sqrt(squares), offset(1e-7));
      }
      assertThat(EraseAdd.cosine(moved, moved)).isCloseTo(1, offset(1e-6));
    }
  }

  @Test
  void withAllErasedAndAllAddedItIsTheNewKey() {
    Random random = new Random(2);
    NamedVector old = vector("key", random);
    NamedVector added = vector("key", random);
    assertThat(EraseAdd.cosine(move(new EraseAdd(1, 1), old, added), added))
        .isCloseTo(1, offset(1e-6));
  }

  @Test
  void movesNoOtherVector() {
    Random random = new Random(3);
    NamedVector passage = vector("passage/0", random);
    Memory memory =
        Memory.newBuilder().addVectors(passage).addVectors(vector("key", random)).build();
    Memory moved = new EraseAdd(1, 0.5).move(memory, vector("key", random));
    assertThat(moved.getVectors(0)).isEqualTo(passage);
    assertThat(moved.getVectors(1)).isNotEqualTo(memory.getVectors(1));
  }

  private static NamedVector move(EraseAdd rule, NamedVector old, NamedVector added) {
    return rule.move(Memory.newBuilder().addVectors(old).build(), added).getVectors(0);
  }

  private static NamedVector vector(String name, Random random) {
    double[] values = random.doubles(24, -1, 1).toArray();
    double norm = Math.sqrt(java.util.Arrays.stream(values).map(one -> one * one).sum());
    NamedVector.Builder vector = NamedVector.newBuilder().setName(name);
    for (double value : values) {
      vector.addValues((float) (value / norm));
    }
    return vector.build();
  }
}
