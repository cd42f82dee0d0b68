package io.mnestic.orchestrator.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import io.mnestic.orchestrator.recall.Recollections;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.AssembleContextResponse;
import io.mnestic.orchestrator.v1.LedgerEntry;
import io.mnestic.orchestrator.v1.LedgerReason;
import io.mnestic.orchestrator.v1.Part;
import io.mnestic.orchestrator.v1.WindowPolicy;
import io.mnestic.orchestrator.window.Tail;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Contexts for questions that nothing may be known about. */
final class UnlikelyAnswerTest {
  private static final List<Memory> MEMORIES = List.of(fact("a"), fact("b"), fact("c"));

  @Test
  void whatIsTooImprobableIsLeftOutAndAccountedFor() {
    AssembleContextResponse context = assemble(0.5, OptionalDouble.of(0.49));
    assertThat(context.getRecalledList()).isEmpty();
    assertThat(recalled(context)).extracting(LedgerEntry::getMemoryId).containsExactly("a", "b");
    assertThat(recalled(context))
        .allSatisfy(entry -> {
          assertThat(entry.getReason()).isEqualTo(LedgerReason.LEDGER_REASON_UNLIKELY);
          assertThat(entry.getIncluded()).isFalse();
          assertThat(entry.getTokens()).isPositive();
        });
  }

  @Test
  void whatIsProbableEnoughOrNotKnownToBeImprobableIsIn() {
    for (OptionalDouble chance : List.of(OptionalDouble.of(0.5), OptionalDouble.empty())) {
      AssembleContextResponse context = assemble(0.5, chance);
      assertThat(context.getRecalledList())
          .extracting(memory -> memory.getMemory().getId())
          .containsExactly("a", "b");
    }
    assertThat(assemble(0, OptionalDouble.of(0)).getRecalledCount()).isEqualTo(2);
  }

  private static AssembleContextResponse assemble(double least, OptionalDouble chance) {
    AssembleContextRequest request =
        AssembleContextRequest.newBuilder()
            .setQuery("question")
            .setBudgetTokens(1_000)
            .setMaxRecalled(2)
            .setMinAnswerProbability(least)
            .build();
    return new Assembly(
            request,
            WindowPolicy.getDefaultInstance(),
            Counters.CHARACTERS,
            Closing.withQuery(request.getQuery(), 1, Tail.NONE))
        .assemble(List.of(), List.of(), Recollections.of(MEMORIES, chance))
        .build();
  }

  private static List<LedgerEntry> recalled(AssembleContextResponse context) {
    return context.getLedgerList().stream()
        .filter(entry -> entry.getPart() == Part.PART_RECALLED)
        .toList();
  }

  private static Memory fact(String id) {
    return Memory.newBuilder()
        .setId(id)
        .setKind(Kind.KIND_FACT)
        .setKey("fact " + id)
        .setValue("fact " + id)
        .build();
  }
}
