package io.mnestic.bench.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CorpusTest {
  @Test
  void sameSeedGivesTheSameTurnsAndNoneTwice() {
    List<Corpus.Turn> turns = Corpus.turns(10_000, 11);

    assertThat(turns).isEqualTo(Corpus.turns(10_000, 11)).isNotEqualTo(Corpus.turns(10_000, 12));
    assertThat(turns).extracting(Corpus.Turn::text).doesNotHaveDuplicates();
  }

  @Test
  void everySlotIsFilled() {
    assertThat(Corpus.turns(5_000, 1))
        .allSatisfy(turn -> assertThat(turn.text() + turn.question()).doesNotContain("{", "}"));
  }

  @Test
  void personAndAssistantTakeTurnsAndQuestionsAreAboutThePerson() {
    List<Corpus.Turn> turns = Corpus.turns(100, 3);

    for (int i = 0; i < turns.size(); i++) {
      assertThat(turns.get(i).question().isEmpty()).isEqualTo(i % 2 == 1);
    }
  }
}
