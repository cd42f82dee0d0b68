package io.mnestic.bench.recall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EvidenceRecallTest {
  private static final TurnId A = new TurnId(1, 1);
  private static final TurnId B = new TurnId(1, 2);
  private static final TurnId C = new TurnId(2, 1);

  @Test
  void countsEvidenceUpToTheCutoff() {
    List<Optional<TurnId>> ranked = List.of(Optional.of(B), Optional.of(C), Optional.of(A));

    assertThat(EvidenceRecall.at(1, ranked, Set.of(A, C))).isZero();
    assertThat(EvidenceRecall.at(2, ranked, Set.of(A, C))).isEqualTo(0.5);
    assertThat(EvidenceRecall.at(3, ranked, Set.of(A, C))).isEqualTo(1);
    assertThat(EvidenceRecall.at(50, ranked, Set.of(A, C, new TurnId(9, 9))))
        .isCloseTo(2.0 / 3, within(1e-12));
  }

  @Test
  void derivedMemoryTakesItsRankAndEarnsNothing() {
    List<Optional<TurnId>> ranked = List.of(Optional.empty(), Optional.of(A));

    assertThat(EvidenceRecall.at(1, ranked, Set.of(A))).isZero();
    assertThat(EvidenceRecall.at(2, ranked, Set.of(A))).isEqualTo(1);
  }

  @Test
  void turnThatIsRankedTwiceCountsOnce() {
    List<Optional<TurnId>> ranked = List.of(Optional.of(A), Optional.of(A));

    assertThat(EvidenceRecall.at(2, ranked, Set.of(A, B))).isEqualTo(0.5);
  }
}
