package io.mnestic.orchestrator.window;

import static io.mnestic.orchestrator.window.Turns.calls;
import static io.mnestic.orchestrator.window.Turns.result;
import static io.mnestic.orchestrator.window.Turns.said;
import static org.assertj.core.api.Assertions.assertThat;

import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Role;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class TailTest {
  @Test
  void aCallAndItsResultsAreOneUnit() {
    Tail tail =
        tail(
            true,
            said(1, Role.ROLE_USER, "weather?"),
            calls(2, "", List.of("a", "b")),
            result(3, "b", "rain"),
            result(4, "a", "sun"),
            said(5, Role.ROLE_ASSISTANT, "both"));
    assertThat(sequences(tail)).containsExactly(List.of(5L), List.of(2L, 3L, 4L), List.of(1L));
    assertThat(tail.units()).allMatch(Unit::whole);
  }

  @Test
  void aLateResultBindsWhatStandsBetween() {
    Tail tail =
        tail(
            true,
            calls(1, "", List.of("a")),
            said(2, Role.ROLE_USER, "still there?"),
            result(3, "a", "yes"));
    assertThat(sequences(tail)).containsExactly(List.of(1L, 2L, 3L));
  }

  @Test
  void anIdThatIsUsedAgainMeansTheNearestCall() {
    Tail tail =
        tail(
            true,
            calls(1, "", List.of("a")),
            result(2, "a", "one"),
            calls(3, "", List.of("a")),
            result(4, "a", "two"));
    assertThat(sequences(tail)).containsExactly(List.of(3L, 4L), List.of(1L, 2L));
  }

  @Test
  void aResultWhoseCallWasNotReadIsNotWhole() {
    Memory orphan = result(2, "a", "one");
    assertThat(tail(false, said(1, Role.ROLE_USER, "x"), orphan).units())
        .containsExactly(
            new Unit(tail(false, said(1, Role.ROLE_USER, "x"), orphan).turns(), false));
    assertThat(tail(true, said(1, Role.ROLE_USER, "x"), orphan).units())
        .hasSize(2)
        .allMatch(Unit::whole);
  }

  private static Tail tail(boolean complete, Memory... turns) {
    return new Tail(
        Stream.of(turns).map(turn -> new WindowTurn(turn, turn.getValue(), 1)).toList(),
        complete,
        1);
  }

  private static List<List<Long>> sequences(Tail tail) {
    return tail.units().stream()
        .map(unit -> unit.turns().stream().map(WindowTurn::sequence).toList())
        .toList();
  }
}
