package io.mnestic.bench.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SoakTallyTest {
  @Test
  void onlyEndsThatACallMayHaveAreExpected() {
    SoakTally tally = new SoakTally();

    tally.add(SoakCall.LATE, Code.DEADLINE_EXCEEDED, "too late");
    tally.add(SoakCall.LATE, Code.OK, "");
    tally.add(SoakCall.NO_TEXTS, Code.OK, "");
    tally.add(SoakCall.DOCUMENTS, Code.INTERNAL, "broken");

    assertThat(tally.calls()).isEqualTo(4);
    assertThat(tally.unexpected()).isEqualTo(2);
    assertThat(tally.examples())
        .containsExactly("without texts: OK ", "texts of any length: INTERNAL broken");
    assertThat(tally.of(SoakCall.LATE)).isEqualTo(Map.of(Code.DEADLINE_EXCEEDED, 1L, Code.OK, 1L));
  }

  @Test
  void everyCallIsPicked() {
    SplittableRandom random = new SplittableRandom(1);
    Set<SoakCall> picked = EnumSet.noneOf(SoakCall.class);
    for (int i = 0; i < 5_000; i++) {
      picked.add(SoakCall.pick(random));
    }

    assertThat(picked).containsExactlyInAnyOrderElementsOf(Arrays.asList(SoakCall.values()));
  }
}
