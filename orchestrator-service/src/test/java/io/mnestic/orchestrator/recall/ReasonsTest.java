package io.mnestic.orchestrator.recall;

import static org.assertj.core.api.Assertions.assertThat;

import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Turn;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReasonsTest {
  private static final Memory MEMORY =
      Memory.newBuilder()
          .setKey("Caroline: I ran two charity races")
          .setTurn(Turn.newBuilder().setSpeaker("Caroline"))
          .build();

  @Test
  void theStrongestLaneSpeaksFirstAndWeakOnesAreSilent() {
    Candidate candidate =
        new Candidate(
            MEMORY,
            "key",
            List.of(
                PoolLaneTest.lane(Lane.LANE_DENSE, 0.1, 1),
                PoolLaneTest.lane(Lane.LANE_LEXICAL, 4, 0.5),
                PoolLaneTest.lane(Lane.LANE_SPEAKER, 1, 0.5),
                PoolLaneTest.lane(Lane.LANE_NEIGHBOR, -3, 0.25)),
            2.6);
    assertThat(new Reasons("Which charity race was it?").of(candidate))
        .containsExactly("shares the words: charity, races", "spoken by Caroline, who is named");
  }

  @Test
  void likenessIsNotOverstated() {
    assertThat(new Reasons("q").of(dense(3))).containsExactly("says much the same as the question");
    assertThat(new Reasons("q").of(dense(1))).containsExactly("is near the question in meaning");
    assertThat(new Reasons("q").of(dense(0)))
        .containsExactly("nothing that is remembered comes closer");
  }

  @Test
  void chineseRunsStandForWords() {
    assertThat(new SharedWords("小明去了哪个慈善跑步？").with("我参加了慈善跑步比赛")).containsExactly("慈善跑步");
  }

  @Test
  void grammaticalWordsAreNoReason() {
    assertThat(new SharedWords("What did you do with it?").with("What I did with it")).isEmpty();
  }

  private static Candidate dense(double normalized) {
    return new Candidate(
        MEMORY, "key", List.of(PoolLaneTest.lane(Lane.LANE_DENSE, normalized, 1)), normalized);
  }
}
