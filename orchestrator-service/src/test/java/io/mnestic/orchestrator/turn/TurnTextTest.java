package io.mnestic.orchestrator.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.ToolCall;
import io.mnestic.memory.v1.Turn;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TurnTextTest {
  private static final List<ToolCall> CALLS =
      List.of(ToolCall.newBuilder().setId("1").setName("weather").setArguments("{}").build());

  @Test
  void theSpeakerStandsBeforeTheText() {
    assertThat(TurnText.key("Ann", "Hello", List.of())).isEqualTo("Ann: Hello");
    assertThat(TurnText.key("", "Hello", List.of())).isEqualTo("Hello");
    assertThat(TurnText.key("Ann", "\u3000", List.of())).isEqualTo("Ann: \u3000");
    assertThat(TurnText.value("\u3000", List.of())).isEqualTo("\u3000");
  }

  @Test
  void aTurnThatOnlyCallsToolsIsMatchedByThemAndGivenBackWithoutText() {
    String value = TurnText.value(" ", CALLS);
    assertThat(value).isEqualTo("calls weather({})");
    assertThat(TurnText.content(memory(value, CALLS))).isEmpty();
    assertThat(TurnText.content(memory("Let me look.", CALLS))).isEqualTo("Let me look.");
    assertThat(TurnText.content(memory(value, List.of()))).isEqualTo(value);
  }

  @Test
  void longArgumentsAreShortenedBetweenCharacters() {
    List<ToolCall> calls =
        List.of(ToolCall.newBuilder().setName("x").setArguments("a" + "😀".repeat(400)).build());
    String value = TurnText.value("", calls);
    assertThat(value).startsWith("calls x(a😀").endsWith("😀…)").hasSizeLessThan(520);
  }

  @Test
  void piecesTogetherAreTheText() {
    String text = "好😀 word".repeat(200_000);
    List<String> pieces = Pieces.of(text);
    assertThat(String.join("", pieces)).isEqualTo(text);
    assertThat(pieces)
        .hasSizeGreaterThan(3)
        .allSatisfy(piece -> {
          assertThat(piece).hasSizeLessThanOrEqualTo(Pieces.MOST_CHARS);
          assertThat(Character.isLowSurrogate(piece.charAt(0))).isFalse();
        });
    assertThat(Pieces.of("short")).containsExactly("short");
  }

  private static Memory memory(String value, List<ToolCall> calls) {
    return Memory.newBuilder()
        .setValue(value)
        .setTurn(Turn.newBuilder().addAllToolCalls(calls))
        .build();
  }
}
