package io.mnestic.orchestrator.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import com.knuddels.jtokkit.api.EncodingType;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Role;
import io.mnestic.memory.v1.ToolCall;
import io.mnestic.memory.v1.Turn;
import io.mnestic.orchestrator.recall.Recollections;
import io.mnestic.orchestrator.tokens.TokenCounter;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.AssembleContextResponse;
import io.mnestic.orchestrator.v1.LedgerEntry;
import io.mnestic.orchestrator.v1.LedgerReason;
import io.mnestic.orchestrator.v1.Message;
import io.mnestic.orchestrator.v1.Part;
import io.mnestic.orchestrator.window.Tail;
import io.mnestic.orchestrator.window.WindowTurn;
import io.mnestic.wire.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Random sessions, memories, budgets and tokenizers; {@code -Dmnestic.rounds=100000} for more. */
final class AssemblyModelTest {
  private static final int ROUNDS = Integer.getInteger("mnestic.rounds", 2_000);

  private final List<TokenCounter> counters =
      List.of(
          Counters.bytePair(EncodingType.O200K_BASE),
          Counters.bytePair(EncodingType.CL100K_BASE),
          Counters.CHARACTERS,
          Counters.SHARING,
          Counters.GROWING);

  @Test
  void noBudgetIsExceededAndEveryTokenIsAccountedFor() {
    long seed = Long.getLong("mnestic.seed", System.nanoTime());
    int assembled = 0;
    for (int round = 0; round < ROUNDS; round++) {
      try {
        assembled += check(new Random(seed + round)) ? 1 : 0;
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("-Dmnestic.rounds=1 -Dmnestic.seed=" + (seed + round), e);
      }
    }
    System.out.println("seed " + seed + ": " + assembled + " of " + ROUNDS + " fitted");
    assertThat(assembled).as("rounds with a context").isGreaterThan(ROUNDS == 1 ? -1 : ROUNDS / 3);
  }

  private boolean check(Random random) {
    TokenCounter counter = counters.get(random.nextInt(counters.size()));
    List<Memory> session = RandomCases.session(random);
    int unread = random.nextInt(3) == 0 ? random.nextInt(session.size() + 1) : 0;
    Tail tail = RandomCases.tail(session.subList(unread, session.size()), unread == 0, counter);
    boolean asked = random.nextBoolean();
    AssembleContextRequest request = RandomCases.request(random, asked);
    Closing closing =
        asked
            ? Closing.withQuery(request.getQuery(), counter.count(request.getQuery()), tail)
            : Closing.ofTail(tail);
    List<Memory> pinned = RandomCases.facts(random, "p", 6);
    List<Memory> ranked = RandomCases.ranked(random, session, pinned);
    AssembleContextResponse reply;
    try {
      reply =
          new Assembly(request, counter, closing)
              .assemble(pinned, Recollections.of(ranked))
              .build();
    } catch (Refusal refusal) {
      assertThat(refusal.reason()).isEqualTo(Reason.REASON_BUDGET_TOO_SMALL);
      assertThat(requiredTokens(request, closing, counter))
          .isGreaterThan(request.getBudgetTokens());
      return false;
    }
    requireExactTokens(request, reply, counter);
    requireLedger(request, reply, tail, pinned);
    requireOrder(request, reply, tail, asked);
    requireWholeToolCalls(reply, tail);
    requireRecalled(request, reply, ranked);
    return true;
  }

  private static void requireExactTokens(
      AssembleContextRequest request, AssembleContextResponse reply, TokenCounter counter) {
    long total = request.getTokensPerRequest();
    for (Message message : reply.getMessagesList()) {
      long tokens = (long) request.getTokensPerMessage() + counter.count(message.getContent());
      tokens += message.getName().isEmpty() ? 0 : counter.count(message.getName());
      for (ToolCall call : message.getToolCallsList()) {
        tokens += counter.count(call.getName()) + counter.count(call.getArguments());
      }
      assertThat(message.getTokens()).isEqualTo((int) tokens);
      total += tokens;
    }
    assertThat(reply.getTotalTokens()).isEqualTo((int) total);
    assertThat(total + request.getReserveTokens()).isLessThanOrEqualTo(request.getBudgetTokens());
  }

  private static void requireLedger(
      AssembleContextRequest request,
      AssembleContextResponse reply,
      Tail tail,
      List<Memory> pinned) {
    long in =
        reply.getLedgerList().stream()
            .filter(LedgerEntry::getIncluded)
            .mapToLong(LedgerEntry::getTokens)
            .sum();
    assertThat(in).isEqualTo((long) reply.getTotalTokens() + request.getReserveTokens());
    assertThat(
            reply.getLedgerList().stream()
                .filter(e -> e.getPart() == Part.PART_TURN || e.getPart() == Part.PART_QUERY)
                .map(LedgerEntry::getMemoryId)
                .filter(id -> !id.isEmpty()))
        .containsExactlyInAnyOrderElementsOf(
            tail.turns().stream().map(turn -> turn.memory().getId()).toList());
    assertThat(
            reply.getLedgerList().stream()
                .filter(entry -> entry.getPart() == Part.PART_PINNED)
                .map(LedgerEntry::getMemoryId))
        .containsExactlyElementsOf(pinned.stream().map(Memory::getId).toList());
  }

  private static void requireOrder(
      AssembleContextRequest request, AssembleContextResponse reply, Tail tail, boolean asked) {
    List<String> expected = new ArrayList<>();
    if (!request.getSystemPrompt().isEmpty()) {
      expected.add(request.getSystemPrompt());
    }
    if (hasIncluded(reply, Part.PART_PINNED)) {
      expected.add("<pinned_memories>");
    }
    Set<Long> in =
        reply.getLedgerList().stream()
            .filter(LedgerEntry::getIncluded)
            .map(LedgerEntry::getSequence)
            .filter(sequence -> sequence > 0)
            .collect(Collectors.toSet());
    List<WindowTurn> window =
        tail.turns().stream().filter(turn -> isTurnIn(reply, turn.sequence())).toList();
    assertThat(in).containsAll(window.stream().map(WindowTurn::sequence).toList());
    assertThat(window)
        .isEqualTo(tail.turns().subList(tail.turns().size() - window.size(), tail.turns().size()));
    int closing = closingStart(reply, window);
    window.subList(0, closing).forEach(turn -> expected.add(turn.content()));
    if (hasIncluded(reply, Part.PART_RECALLED)) {
      expected.add("<recalled_memories>");
    }
    window.subList(closing, window.size()).forEach(turn -> expected.add(turn.content()));
    if (asked) {
      expected.add(request.getQuery());
    }
    assertThat(reply.getMessagesList().stream().map(AssemblyModelTest::shortened))
        .containsExactlyElementsOf(expected);
    for (Message message : reply.getMessagesList()) {
      if (!shortened(message).equals(message.getContent())) {
        assertThat(message.getRole()).isEqualTo(Role.ROLE_USER);
        assertThat(message.getContent().split("<(?=/?(recalled|pinned)_memories>)")).hasSize(3);
      }
    }
  }

  private static void requireWholeToolCalls(AssembleContextResponse reply, Tail tail) {
    String calling = "";
    Set<String> bound = new HashSet<>();
    for (WindowTurn turn : tail.turns()) {
      Turn said = turn.memory().getTurn();
      for (ToolCall call : said.getToolCallsList()) {
        calling = turn.memory().getId();
        bound.add(call.getId());
      }
      if (said.getRole() == Role.ROLE_TOOL && bound.contains(said.getToolCallId())) {
        assertThat(isTurnIn(reply, turn.sequence()))
            .isEqualTo(isTurnIn(reply, Long.parseLong(calling.substring(1))));
      } else if (said.getRole() == Role.ROLE_TOOL && !tail.complete()) {
        assertThat(isTurnIn(reply, turn.sequence()) && !isRequired(reply, turn.sequence()))
            .as("a result without its call")
            .isFalse();
      }
    }
  }

  private static void requireRecalled(
      AssembleContextRequest request, AssembleContextResponse reply, List<Memory> ranked) {
    List<String> in =
        reply.getLedgerList().stream()
            .filter(entry -> entry.getReason() == LedgerReason.LEDGER_REASON_RELEVANT)
            .filter(entry -> entry.getPart() == Part.PART_RECALLED)
            .map(LedgerEntry::getMemoryId)
            .toList();
    assertThat(reply.getRecalledList().stream().map(r -> r.getMemory().getId()))
        .containsExactlyElementsOf(in);
    assertThat(
            reply.getLedgerList().stream()
                .filter(entry -> entry.getPart() == Part.PART_RECALLED)
                .filter(entry -> entry.getReason() == LedgerReason.LEDGER_REASON_OVER_BUDGET))
        .hasSizeLessThanOrEqualTo(request.getMaxRecalled());
    assertThat(in)
        .hasSizeLessThanOrEqualTo(request.getMaxRecalled())
        .isSubsetOf(ranked.stream().map(Memory::getId).toList())
        .doesNotContainAnyElementsOf(
            reply.getLedgerList().stream()
                .filter(entry -> entry.getIncluded() && entry.getPart() != Part.PART_RECALLED)
                .map(LedgerEntry::getMemoryId)
                .filter(id -> !id.isEmpty())
                .collect(Collectors.toCollection(() -> new ArrayList<>(List.of("none")))));
  }

  private static long requiredTokens(
      AssembleContextRequest request, Closing closing, TokenCounter counter) {
    long tokens = (long) request.getReserveTokens() + request.getTokensPerRequest();
    if (!request.getSystemPrompt().isEmpty()) {
      tokens += counter.count(request.getSystemPrompt()) + request.getTokensPerMessage();
    }
    return tokens + closing.cost(request.getTokensPerMessage());
  }

  private static boolean hasIncluded(AssembleContextResponse reply, Part part) {
    return reply.getLedgerList().stream()
        .anyMatch(entry -> entry.getPart() == part && entry.getIncluded());
  }

  private static boolean isTurnIn(AssembleContextResponse reply, long sequence) {
    return turnEntry(reply, sequence).getIncluded();
  }

  private static boolean isRequired(AssembleContextResponse reply, long sequence) {
    return turnEntry(reply, sequence).getReason() == LedgerReason.LEDGER_REASON_REQUIRED;
  }

  private static LedgerEntry turnEntry(AssembleContextResponse reply, long sequence) {
    return reply.getLedgerList().stream()
        .filter(e -> e.getPart() == Part.PART_TURN || e.getPart() == Part.PART_QUERY)
        .filter(entry -> entry.getSequence() == sequence)
        .findFirst()
        .orElseThrow();
  }

  private static int closingStart(AssembleContextResponse reply, List<WindowTurn> window) {
    int start = 0;
    while (start < window.size() && !isRequired(reply, window.get(start).sequence())) {
      start++;
    }
    return start;
  }

  private static String shortened(Message message) {
    for (String fence : List.of("<pinned_memories>", "<recalled_memories>")) {
      if (message.getContent().startsWith(fence + "\n")) {
        return fence;
      }
    }
    return message.getContent();
  }
}
