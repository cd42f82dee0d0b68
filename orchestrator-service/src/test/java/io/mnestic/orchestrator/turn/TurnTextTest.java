package io.mnestic.orchestrator.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.mnestic.memory.v1.Attachment;
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
    assertThat(TurnText.key("Ann", "Hello", List.of(), List.of())).isEqualTo("Ann: Hello");
    assertThat(TurnText.key("", "Hello", List.of(), List.of())).isEqualTo("Hello");
    assertThat(TurnText.key("Ann", "\u3000", List.of(), List.of())).isEqualTo("Ann: \u3000");
    assertThat(TurnText.value("\u3000", List.of(), List.of())).isEqualTo("\u3000");
  }

  @Test
  void aTurnThatOnlyCallsToolsIsMatchedByThemAndGivenBackWithoutText() {
    String value = TurnText.value(" ", CALLS, List.of());
    assertThat(value).isEqualTo("calls weather({})");
    assertThat(TurnText.content(memory(value, CALLS))).isEmpty();
    assertThat(TurnText.content(memory("Let me look.", CALLS))).isEqualTo("Let me look.");
    assertThat(TurnText.content(memory(value, List.of()))).isEqualTo(value);
  }

  @Test
  void aTurnOfPicturesIsMatchedByWhatTheyAreAndGivenBackWithoutText() {
    List<Attachment> pictures =
        List.of(
            Attachment.newBuilder().setMediaType("image/png").setUri("s3://cat").build(),
            Attachment.newBuilder().setMediaType("image/jpeg").build());
    String value = TurnText.value("", CALLS, pictures);
    assertThat(value)
        .isEqualTo("calls weather({}), attaches image/png s3://cat, attaches image/jpeg");
    assertThat(TurnText.key("Ann", " ", List.of(), pictures)).startsWith("Ann: attaches");
    Memory turn =
        Memory.newBuilder()
            .setValue(TurnText.value("", List.of(), pictures))
            .setTurn(Turn.newBuilder().addAllAttachments(pictures))
            .build();
    assertThat(TurnText.content(turn)).isEmpty();
    assertThat(TurnText.content(turn.toBuilder().setValue("My cat").build())).isEqualTo("My cat");
  }

  @Test
  void longArgumentsAreShortenedBetweenCharacters() {
    List<ToolCall> calls =
        List.of(ToolCall.newBuilder().setName("x").setArguments("a" + "😀".repeat(400)).build());
    String value = TurnText.value("", calls, List.of());
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
