package io.mnestic.orchestrator.recall;

import static org.assertj.core.api.Assertions.assertThat;

import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Turn;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AnswerChanceTest {
  private static final String MODEL = "bge-small-en-v1.5";

  @Test
  void theNearerTheNearestTurnTheMoreProbable() {
    double near = chance(Set.of(), said("Ann", 0.75), said("Ben", 0.4));
    double far = chance(Set.of(), said("Ann", 0.45), said("Ben", 0.4));
    assertThat(near).isBetween(0.85, 1.0);
    assertThat(far).isBetween(0.0, 0.2);
  }

  @Test
  void whatOnlyAnotherSpeakerSaidIsNoAnswer() {
    Set<String> named = Set.of("Ann");
    double hers = chance(named, said("Ann", 0.7), said("Ben", 0.6));
    double his = chance(named, said("Ann", 0.6), said("Ben", 0.7));
    assertThat(hers).isGreaterThan(0.9);
    assertThat(his).isLessThan(0.4);
    assertThat(chance(named, said("Ben", 0.9))).isZero();
  }

  @Test
  void nothingIsToldOfUnknownModelsOrWithoutTokens() {
    assertThat(AnswerChance.of("words", List.of(said("Ann", 0.7)), Set.of())).isEmpty();
    assertThat(AnswerChance.of(MODEL, List.of(), Set.of())).isEmpty();
    // Raw 0 is what a memory without token vectors has.
    assertThat(AnswerChance.of(MODEL, List.of(said("Ann", 0)), Set.of())).isEmpty();
  }

  private static double chance(Set<String> named, Candidate... pool) {
    return AnswerChance.of(MODEL, List.of(pool), named).orElseThrow();
  }

  private static Candidate said(String speaker, double cosine) {
    return new Candidate(
        Memory.newBuilder().setTurn(Turn.newBuilder().setSpeaker(speaker)).build(),
        "",
        List.of(LaneScore.newBuilder().setLane(Lane.LANE_TOKENS_CONTEXT).setRaw(cosine).build()),
        0);
  }
}
