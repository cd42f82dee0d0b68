package io.mnestic.bench.recall;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TurnIdTest {
  @Test
  void readsOneId() {
    assertThat(TurnId.allIn("D3:12")).containsExactly(new TurnId(3, 12));
  }

  @Test
  void readsSeveralIdsInOneText() {
    assertThat(TurnId.allIn("D8:6; D9:17")).containsExactly(new TurnId(8, 6), new TurnId(9, 17));
  }

  @Test
  void zerosBeforeANumberMakeNoOtherId() {
    assertThat(TurnId.allIn("D30:05")).containsExactly(new TurnId(30, 5));
  }

  @Test
  void textWithoutIdHasNone() {
    assertThat(TurnId.allIn("D")).isEmpty();
    assertThat(TurnId.allIn("session 3, turn 4")).isEmpty();
  }

  @Test
  void readsWhatItWrites() {
    assertThat(TurnId.allIn(new TurnId(19, 4).toString())).containsExactly(new TurnId(19, 4));
  }
}
