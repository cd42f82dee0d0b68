package io.mnestic.orchestrator.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import com.knuddels.jtokkit.api.EncodingType;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Role;
import io.mnestic.memory.v1.ToolCall;
import io.mnestic.memory.v1.Turn;
import io.mnestic.orchestrator.recall.Recollections;
import io.mnestic.orchestrator.tokens.MessageTokens;
import io.mnestic.orchestrator.tokens.TokenCounter;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.AssembleContextResponse;
import io.mnestic.orchestrator.v1.LedgerEntry;
import io.mnestic.orchestrator.v1.LedgerReason;
import io.mnestic.orchestrator.v1.Message;
import io.mnestic.orchestrator.v1.Part;
import io.mnestic.orchestrator.v1.WindowKind;
import io.mnestic.orchestrator.v1.WindowPolicy;
import io.mnestic.orchestrator.window.Episode;
import io.mnestic.orchestrator.window.Tail;
import io.mnestic.orchestrator.window.WindowTurn;
import io.mnestic.wire.Refusal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    AssembleContextRequest request =
        RandomCases.attached(random, RandomCases.request(random, asked)).build();
    Closing closing =
        asked
            ? Closing.withQuery(
                request.getQuery(),
                counter.count(request.getQuery())
                    + MessageTokens.declared(request.getAttachmentsList()),
                tail)
            : Closing.ofTail(tail);
    WindowPolicy policy = RandomCases.policy(random);
    List<Memory> pinned = new ArrayList<>();
    if (policy.getKind() != WindowKind.WINDOW_KIND_NEWEST) {
      pinned.addAll(RandomCases.facts(random, "p", 6));
      session.stream().filter(Memory::getPinned).forEach(pinned::add);
      Collections.shuffle(pinned, random);
    }
    List<Episode> episodes =
        policy.getKind() == WindowKind.WINDOW_KIND_NEWEST_AND_SUMMARY
            ? RandomCases.episodes(random, session.size())
            : List.of();
    List<Memory> ranked = RandomCases.ranked(random, session, pinned);
    AssembleContextResponse reply;
    try {
      reply =
          new Assembly(request, policy, counter, closing)
              .assemble(pinned, episodes, Recollections.of(ranked))
              .build();
    } catch (Refusal refusal) {
      assertThat(refusal.reason()).isEqualTo(Reason.REASON_BUDGET_TOO_SMALL);
      assertThat(requiredTokens(request, closing, counter))
          .isGreaterThan(request.getBudgetTokens());
      return false;
    }
    requireExactTokens(request, reply, counter);
    requireLedger(request, reply, tail, pinned);
    requireEveryTurnAccountedFor(reply, tail, unread, episodes);
    requireTurnsWithin(policy, request, reply);
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
      tokens += MessageTokens.declared(message.getAttachmentsList());
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
    Set<String> windowIds =
        entries(reply, Part.PART_TURN, Part.PART_QUERY)
            .filter(LedgerEntry::getIncluded)
            .map(LedgerEntry::getMemoryId)
            .collect(Collectors.toSet());
    assertThat(entries(reply, Part.PART_PINNED))
        .allSatisfy(entry ->
            assertThat(entry.getReason() == LedgerReason.LEDGER_REASON_ALREADY_IN)
                .as("a pinned turn stands once, in the window if that has it")
                .isEqualTo(windowIds.contains(entry.getMemoryId())));
  }

  /** Each turn of the session is in, told of by a summary that is in, or named as left out. */
  private static void requireEveryTurnAccountedFor(
      AssembleContextResponse reply, Tail tail, int unread, List<Episode> episodes) {
    Map<String, Episode> told = new HashMap<>();
    entries(reply, Part.PART_SUMMARY)
        .forEach(entry ->
            episodes.stream()
                .filter(episode -> episode.memory().getId().equals(entry.getMemoryId()))
                .forEach(episode -> told.put(entry.getMemoryId(), episode)));
    assertThat(told).hasSize((int) entries(reply, Part.PART_SUMMARY).count());
    Map<Long, LedgerEntry> bySequence = new HashMap<>();
    entries(reply, Part.PART_TURN, Part.PART_QUERY)
        .filter(entry -> entry.getSequence() > 0)
        .forEach(entry -> {
          boolean span = entry.getLastSequence() > 0;
          long last = span ? entry.getLastSequence() : entry.getSequence();
          for (long sequence = entry.getSequence(); sequence <= last; sequence++) {
            assertThat(bySequence.put(sequence, entry)).isNull();
            assertThat(span).isEqualTo(sequence <= unread);
          }
        });
    int turns = tail.turns().isEmpty() ? 0 : unread + tail.turns().size();
    assertThat(bySequence).hasSize(turns);
    bySequence.forEach((sequence, entry) -> {
      boolean isTold = told.values().stream().anyMatch(episode -> episode.tellsOf(sequence));
      if (!entry.getIncluded()) {
        assertThat(entry.getReason() == LedgerReason.LEDGER_REASON_SUMMARIZED).isEqualTo(isTold);
      }
      if (entry.getReason() == LedgerReason.LEDGER_REASON_SUMMARIZED) {
        assertThat(told.values())
            .anyMatch(episode ->
                episode.memory().getId().equals(entry.getSummaryId()) && episode.tellsOf(sequence));
      }
    });
    assertThat(told.values())
        .as("a summary tells of a turn that is out")
        .allSatisfy(episode ->
            assertThat(bySequence.get(episode.first()))
                .matches(entry -> entry == null || !entry.getIncluded()));
  }

  private static void requireTurnsWithin(
      WindowPolicy policy, AssembleContextRequest request, AssembleContextResponse reply) {
    if (policy.getMaxTokens() > 0) {
      assertThat(
              entries(reply, Part.PART_TURN)
                  .filter(entry -> entry.getReason() == LedgerReason.LEDGER_REASON_RECENT)
                  .mapToLong(entry -> entry.getTokens() + (long) request.getTokensPerMessage())
                  .sum())
          .isLessThanOrEqualTo(policy.getMaxTokens());
    }
  }

  private static Stream<LedgerEntry> entries(AssembleContextResponse reply, Part... parts) {
    return reply.getLedgerList().stream().filter(entry -> List.of(parts).contains(entry.getPart()));
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
    if (hasIncluded(reply, Part.PART_SUMMARY)) {
      expected.add("<conversation_summary>");
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
        assertThat(
                message
                    .getContent()
                    .split("<(?=/?(recalled_memories|pinned_memories|conversation_summary)>)"))
            .hasSize(3);
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
        .filter(entry -> entry.getSequence() == sequence && entry.getLastSequence() == 0)
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
    for (String fence :
        List.of("<pinned_memories>", "<conversation_summary>", "<recalled_memories>")) {
      if (message.getContent().startsWith(fence + "\n")) {
        return fence;
      }
    }
    return message.getContent();
  }
}
