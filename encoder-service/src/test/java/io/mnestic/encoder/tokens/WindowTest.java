package io.mnestic.encoder.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.mnestic.encoder.v1.Overflow;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowTest {
  private static final int CAPACITY = 100;

  @ParameterizedTest
  @ValueSource(ints = {101, 102, 190, 191, 200, 999, 5_000})
  void passagesCoverEverythingAndShareATenth(int count) {
    List<Window> windows = Window.of(tokens(count), CAPACITY, Overflow.OVERFLOW_PASSAGES);
    assertThat(windows.getFirst().from()).isZero();
    assertThat(windows.getFirst().startChar()).isZero();
    assertThat(windows.getLast().to()).isEqualTo(count);
    assertThat(windows.getLast().endChar()).isEqualTo(2 * count + 1);
    assertThat(windows).allMatch(window -> window.size() == CAPACITY);
    for (int i = 1; i < windows.size(); i++) {
      Window before = windows.get(i - 1);
      Window window = windows.get(i);
      assertThat(before.to() - window.from()).isBetween(CAPACITY / 10, CAPACITY - 1);
      assertThat(window.startChar()).isBetween(before.startChar() + 1, before.endChar());
    }
    // One window less could not cover the text with that overlap.
    assertThat(CAPACITY + (windows.size() - 2) * 90).isLessThan(count);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100})
  void aTextThatFitsIsOnePassage(int count) {
    for (Overflow overflow : List.of(Overflow.OVERFLOW_TRUNCATE, Overflow.OVERFLOW_PASSAGES)) {
      assertThat(Window.of(tokens(count), CAPACITY, overflow))
          .containsExactly(new Window(0, count, 0, 2 * count + 1));
    }
  }

  @Test
  void truncationKeepsTheLeadingTokensUpToTheNextOne() {
    assertThat(Window.of(tokens(101), CAPACITY, Overflow.OVERFLOW_UNSPECIFIED))
        .containsExactly(new Window(0, 100, 0, 201));
  }

  @Test
  void aCharacterOfSeveralTokensIsNeverCutShort() {
    Tokens tokens = new Tokens();
    for (int i = 0; i < 4; i++) {
      tokens.add(i, 0, 1);
    }
    tokens.addCharacters(1);
    assertThat(Window.of(tokens, 2, Overflow.OVERFLOW_PASSAGES))
        .isNotEmpty()
        .allMatch(window -> window.startChar() == 0 && window.endChar() == 1);
  }

  /** A space, then tokens of one character with a space after each: token i is at 1 + 2 i. */
  private static Tokens tokens(int count) {
    Tokens tokens = new Tokens();
    for (int i = 0; i < count; i++) {
      tokens.add(i, 1 + 2 * i, 2 + 2 * i);
    }
    tokens.addCharacters(2 * count + 1);
    return tokens;
  }
}
