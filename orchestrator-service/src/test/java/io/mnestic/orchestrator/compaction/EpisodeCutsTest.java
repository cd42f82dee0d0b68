package io.mnestic.orchestrator.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Role;
import io.mnestic.orchestrator.window.Tail;
import io.mnestic.orchestrator.window.Turns;
import io.mnestic.orchestrator.window.WindowTurn;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class EpisodeCutsTest {
  private final EpisodeCuts cuts = new EpisodeCuts(30, Duration.ofHours(2));

  @Test
  void anEpisodeEndsWhenItIsFullAndTheLastMayStillGrow() {
    Tail tail = tail(said(1, 0), said(2, 0), said(3, 0), said(4, 0));
    assertThat(cut(tail, false)).containsExactly(List.of(1L, 2L, 3L), List.of(4L));
    assertThat(cut(tail, true)).containsExactly(List.of(1L, 2L, 3L));
  }

  @Test
  void aPauseEndsAnEpisode() {
    assertThat(cut(tail(said(1, 0), said(2, 7_199), said(3, 14_399)), false))
        .containsExactly(List.of(1L, 2L), List.of(3L));
  }

  @Test
  void aToolCallStaysWithItsResultsEvenOverTheLimit() {
    Tail tail =
        tail(
            said(1, 0),
            said(2, 0),
            Turns.calls(3, "look", List.of("a", "b")),
            Turns.result(4, "a", "x"),
            Turns.result(5, "b", "y"),
            said(6, 0));
    assertThat(cut(tail, false)).containsExactly(List.of(1L, 2L), List.of(3L, 4L, 5L), List.of(6L));
  }

  private List<List<Long>> cut(Tail tail, boolean open) {
    return cuts.cut(tail.units().reversed(), open).stream()
        .map(turns -> turns.stream().map(WindowTurn::sequence).toList())
        .toList();
  }

  private static Tail tail(Memory... turns) {
    return new Tail(
        Stream.of(turns).map(turn -> new WindowTurn(turn, turn.getValue(), 10)).toList(), true, 1);
  }

  private static Memory said(long sequence, long second) {
    Memory turn = Turns.said(sequence, Role.ROLE_USER, "said");
    return turn.toBuilder()
        .setTurn(turn.getTurn().toBuilder().setSaidTime(Timestamps.fromSeconds(second)))
        .build();
  }
}
