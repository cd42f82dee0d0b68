package io.mnestic.orchestrator.recall;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.SearchHit;
import io.mnestic.memory.v1.Turn;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PoolLaneTest {
  @Test
  void aTurnIsLiftedByBothNeighboursOfItsOwnSession() {
    Candidate turn = turn("s", 2, "Ann", 0.5);
    NeighborLane lane =
        new NeighborLane(
            List.of(turn("s", 1, "Ben", 3), turn, turn("s", 3, "Ben", -1), turn("t", 1, "X", 9)),
            0.25);
    LaneScore score = requireNonNull(lane.score(turn));
    assertThat(score.getNormalized()).isEqualTo(2);
    assertThat(score.getWeight()).isEqualTo(0.25);
  }

  @Test
  void whatIsNoTurnHasNoNeighbours() {
    Candidate fact = candidate(Memory.newBuilder().setKind(Kind.KIND_FACT), 1);
    assertThat(new NeighborLane(List.of(fact), 0.25).score(fact)).isNull();
  }

  @Test
  void turnsSaidAtTheNamedTimeGainWeightAndOthersNone() {
    Instant now = Instant.parse("2024-01-01T00:00:00Z");
    Candidate june = said("2023-06-16T10:00:00Z");
    Candidate july = said("2023-07-30T10:00:00Z");
    List<Candidate> pool = List.of(june, july);
    TimeLane named = new TimeLane("What was said on 16 June?", pool, 4, now);
    assertThat(requireNonNull(named.score(june)).getNormalized()).isEqualTo(1);
    assertThat(requireNonNull(named.score(june)).getWeight()).isEqualTo(4);
    assertThat(requireNonNull(named.score(july)).getNormalized()).isLessThan(0.001);
    assertThat(new TimeLane("When was it said?", pool, 4, now).score(june)).isNull();
    Candidate fact = candidate(Memory.newBuilder().setKind(Kind.KIND_FACT), 1);
    assertThat(named.score(fact)).isNull();
  }

  private static Candidate said(String time) {
    return candidate(
        Memory.newBuilder()
            .setKind(Kind.KIND_TURN)
            .setTurn(
                Turn.newBuilder()
                    .setSession("s")
                    .setSaidTime(Timestamps.fromMillis(Instant.parse(time).toEpochMilli()))),
        0);
  }

  @Test
  void onlyTurnsOfTheNamedSpeakerGainWeight() {
    Candidate ann = turn("s", 1, "Ann", 0);
    Candidate ben = turn("s", 2, "Ben", 0);
    SpeakerLane lane = new SpeakerLane("What did ANN's mother say?", List.of(ann, ben), 0.5);
    assertThat(normalized(lane, ann)).isEqualTo(1.0);
    assertThat(normalized(lane, ben)).isEqualTo(0.0);
  }

  @Test
  void namingEverySpeakerTellsNobodyApart() {
    Candidate ann = turn("s", 1, "Ann", 0);
    Candidate ben = turn("s", 2, "Ben", 0);
    assertThat(new SpeakerLane("Ann and Ben?", List.of(ann, ben), 1).score(ann)).isNull();
    assertThat(new SpeakerLane("Who?", List.of(ann, ben), 1).score(ann)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "What does Anna like?, Ann, false",
    "What does Ann like?, Ann, true",
    "Ann?, ann, true",
    "小明喜欢什么？, 小明, true",
    "小红喜欢什么？, 小明, false",
    "Is a+b right?, a+b, true",
  })
  void namesAreWholeWordsSaveWhereWordsHaveNoSpaces(String query, String speaker, boolean named) {
    assertThat(SpeakerLane.names(query, speaker)).isEqualTo(named);
  }

  @Test
  void theScoreIsTheSumOfTheLanes() {
    Candidate candidate =
        turn("s", 1, "Ann", 2)
            .with(List.of(lane(Lane.LANE_NEIGHBOR, 4, 0.25), lane(Lane.LANE_SPEAKER, 1, 0.5)));
    assertThat(candidate.score()).isEqualTo(2 + 1 + 0.5);
    assertThat(candidate.lanes()).hasSize(3);
  }

  private static @Nullable Double normalized(PoolLane lane, Candidate candidate) {
    LaneScore score = lane.score(candidate);
    return score == null ? null : score.getNormalized();
  }

  static Candidate turn(String session, long sequence, String speaker, double dense) {
    return candidate(
        Memory.newBuilder()
            .setId(session + sequence)
            .setKind(Kind.KIND_TURN)
            .setTurn(
                Turn.newBuilder().setSession(session).setSequence(sequence).setSpeaker(speaker)),
        dense);
  }

  static LaneScore lane(Lane lane, double normalized, double weight) {
    return LaneScore.newBuilder().setLane(lane).setNormalized(normalized).setWeight(weight).build();
  }

  private static Candidate candidate(Memory.Builder memory, double dense) {
    return Candidate.of(
        SearchHit.newBuilder().setMemory(memory).addLanes(lane(Lane.LANE_DENSE, dense, 1)).build());
  }
}
