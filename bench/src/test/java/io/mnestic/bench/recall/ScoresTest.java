package io.mnestic.bench.recall;

import static org.assertj.core.api.Assertions.assertThat;

import io.mnestic.bench.report.Figures;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScoresTest {
  private static final TurnId A = new TurnId(1, 1);
  private static final TurnId B = new TurnId(1, 2);
  private static final List<Optional<TurnId>> RANKED = List.of(Optional.of(A), Optional.of(B));

  private final Figures figures = new Figures();

  /** By hand: at 1 the three questions get 1, 1/2 and 0; at 5 and on they get 1, 1 and 0. */
  @Test
  void meansAreOverQuestionsInPerCent() {
    Score one = Score.of(new Conversation.Question("?", 4, Set.of(A)), RANKED);
    Score two = Score.of(new Conversation.Question("?", 1, Set.of(A, B)), RANKED);
    Score adversarial =
        Score.of(new Conversation.Question("?", 5, Set.of(new TurnId(7, 7))), RANKED);

    String table = new Scores(List.of(one, two, adversarial)).report(figures).toString();

    assertThat(figures.get("questions")).contains(3.0);
    assertThat(figures.get("recall@1")).contains(50.0);
    assertThat(figures.get("recall@10")).contains(66.6667);
    assertThat(figures.get("recall@1.without_category5")).contains(75.0);
    assertThat(figures.get("recall@10.without_category5")).contains(100.0);
    assertThat(figures.get("recall@1.category1")).contains(50.0);
    assertThat(figures.get("recall@10.category5")).contains(0.0);
    assertThat(figures.get("recall@10.category2")).isEmpty();
    assertThat(table).contains("all but category 5", "66.7", "5 adversarial");
  }
}
