package io.mnestic.bench.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorCacheTest {
  private static final List<Float> ONE = List.of(1f, -0.5f);
  private static final List<Float> TWO = List.of(0f, 3.25f);

  @TempDir private Path folder;

  @Test
  void keepsVectorsAcrossRuns() {
    VectorCache.open(folder, "model/1", 2).putAll(List.of("one", "二"), List.of(ONE, TWO));

    VectorCache again = VectorCache.open(folder, "model/1", 2);

    assertThat(again.get("one")).isEqualTo(ONE);
    assertThat(again.get("二")).isEqualTo(TWO);
    assertThat(again.has("three")).isFalse();
    assertThatThrownBy(() -> again.get("three")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anotherRevisionSharesNothing() {
    VectorCache.open(folder, "model-1", 2).putAll(List.of("one"), List.of(ONE));

    assertThat(VectorCache.open(folder, "model-2", 2).has("one")).isFalse();
  }

  @Test
  void halfARecordAtTheEndIsDropped() throws IOException {
    VectorCache.open(folder, "m", 2).putAll(List.of("one"), List.of(ONE));
    Files.write(folder.resolve("m.vectors"), new byte[17], StandardOpenOption.APPEND);

    VectorCache.open(folder, "m", 2).putAll(List.of("two"), List.of(TWO));

    VectorCache again = VectorCache.open(folder, "m", 2);
    assertThat(again.get("one")).isEqualTo(ONE);
    assertThat(again.get("two")).isEqualTo(TWO);
  }
}
