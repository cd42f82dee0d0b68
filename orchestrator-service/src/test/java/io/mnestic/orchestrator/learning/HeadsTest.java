package io.mnestic.orchestrator.learning;

import static org.assertj.core.api.Assertions.assertThat;

import io.mnestic.encoder.v1.ReadHead;
import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HeadsTest {
  @Test
  void aNewLaneJoinsAHeadAsTheFixedFusionWeighsIt() {
    ReadHead head =
        ReadHead.newBuilder()
            .addLanes("DENSE")
            .addLanes("LEXICAL")
            .setDimensions(2)
            .addAllWeights(List.of(1f, 2f, 11f, 12f, 21f, 22f, 31f, 32f, -1f))
            .build();
    TreeMap<Lane, Double> weights =
        new TreeMap<>(Map.of(Lane.LANE_DENSE, 9.0, Lane.LANE_SPEAKER, 1.5));
    ReadHead wider = Heads.extended(head, weights);
    assertThat(wider.getLanesList()).containsExactly("DENSE", "LEXICAL", "SPEAKER");
    assertThat(wider.getWeightsList())
        .containsExactly(1f, 2f, 1.5f, 11f, 12f, 0f, 21f, 22f, 0f, 31f, 32f, -1f);
    assertThat(Heads.extended(wider, weights)).isEqualTo(wider);
  }

  @Test
  void lanesAreTakenByNameAndOthersCountAsTheFixedFusionHasThem() {
    List<LaneScore> scores =
        List.of(score(Lane.LANE_SPEAKER, 1, 1.5), score(Lane.LANE_DENSE, 2, 0.5));
    List<String> lanes = List.of("DENSE", "LEXICAL");
    assertThat(Heads.row(lanes, scores)).containsExactly(2f, 0f);
    assertThat(Heads.rest(lanes, scores)).isEqualTo(1.5);
    ReadHead fixed = Heads.fixedFusion(new TreeMap<>(Map.of(Lane.LANE_DENSE, 0.5)), 3);
    assertThat(fixed.getWeightsList()).containsExactly(0.5f, 0f, 0f, 0f, 0f, 0f, 0f, -0.7f);
  }

  private static LaneScore score(Lane lane, double normalized, double weight) {
    return LaneScore.newBuilder().setLane(lane).setNormalized(normalized).setWeight(weight).build();
  }
}
