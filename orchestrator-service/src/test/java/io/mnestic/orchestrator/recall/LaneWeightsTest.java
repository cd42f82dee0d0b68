package io.mnestic.orchestrator.recall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneWeight;
import io.mnestic.orchestrator.v1.RecallWeight;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LaneWeightsTest {
  private static final RecallSettings SETTINGS =
      new RecallSettings(200, 0.1, 0.2, 0.4, 1.3, 0.1, 0.3, 0.15, 2, 4);

  @Test
  void aLaneThatIsNamedHasTheWeightAskedForAndTheOthersTheirOwn() {
    LaneWeights weights =
        LaneWeights.of(
            SETTINGS, List.of(weight(Lane.LANE_TOKENS, 0), weight(Lane.LANE_SPEAKER, 7)));
    assertThat(weights.of(Lane.LANE_TOKENS)).isZero();
    assertThat(weights.of(Lane.LANE_SPEAKER)).isEqualTo(7);
    assertThat(weights.of(Lane.LANE_NEIGHBOR)).isEqualTo(0.15);
    assertThat(weights.of(Lane.LANE_TIME)).isEqualTo(4);
    assertThat(weights.ofVectors()).extracting(LaneWeight::getWeight).containsExactly(0.1, 0.2);
    assertThat(weights.ofTokens()).extracting(LaneWeight::getWeight).containsExactly(0.0, 1.3);
    assertThat(weights.ofWords(false)).extracting(LaneWeight::getWeight).containsExactly(0.1, 0.3);
  }

  @Test
  void wordsAloneWeighAsMuchAsAllOfTheStoresLanes() {
    List<LaneWeight> words = LaneWeights.of(SETTINGS, List.of()).ofWords(true);
    assertThat(words.stream().mapToDouble(LaneWeight::getWeight).sum())
        .isCloseTo(2.4, within(1e-9));
    assertThat(words.get(1).getWeight() / words.get(0).getWeight()).isCloseTo(3, within(1e-9));
  }

  @Test
  void noWeightGoesBeyondWhatTheStoreTakes() {
    LaneWeights weights =
        LaneWeights.of(
            SETTINGS,
            List.of(
                weight(Lane.LANE_TOKENS, 100),
                weight(Lane.LANE_TOKENS_CONTEXT, 100),
                weight(Lane.LANE_SESSION, 0),
                weight(Lane.LANE_LEXICAL, 0.001)));
    assertThat(weights.ofWords(true)).extracting(LaneWeight::getWeight).containsExactly(100.0, 0.0);
    LaneWeights none =
        LaneWeights.of(
            SETTINGS, List.of(weight(Lane.LANE_SESSION, 0), weight(Lane.LANE_LEXICAL, 0)));
    assertThat(none.ofWords(true)).extracting(LaneWeight::getWeight).containsExactly(0.0, 0.0);
  }

  private static RecallWeight weight(Lane lane, double weight) {
    return RecallWeight.newBuilder().setLane(lane).setWeight(weight).build();
  }
}
