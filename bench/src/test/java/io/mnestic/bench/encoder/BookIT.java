package io.mnestic.bench.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** With the real tokenizer. */
class BookIT {
  @Test
  void textsHaveTheIdsAndAboutTheLengthsAskedFor() {
    int[] lengths = Lengths.draw(500, Lengths.MOST, 5);
    try (WordPieces tokenizer = new WordPieces(PeerModel.BGE_SMALL_EN)) {
      List<Text> texts = new Book(tokenizer).texts(lengths, 5);

      for (int i = 0; i < lengths.length; i++) {
        Text text = texts.get(i);
        // Words tokenized apart must be what the whole text is.
        assertThat(text.ids()).isEqualTo(tokenizer.framed(tokenizer.content(text.content())));
        assertThat(text.tokens()).isBetween(Math.max(4, lengths[i] - 8), lengths[i]);
      }
      assertThat(texts.stream().map(Text::content).distinct().count()).isGreaterThan(480);
    }
  }

  @Test
  void phrasesHaveTheWordsAskedFor() {
    try (WordPieces tokenizer = new WordPieces(PeerModel.MINI_LM)) {
      assertThat(new Book(tokenizer).phrases(50, 10, 1))
          .allSatisfy(phrase -> assertThat(phrase.split(" ")).hasSizeBetween(5, 10));
    }
  }
}
