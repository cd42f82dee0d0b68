package io.mnestic.orchestrator.prompt;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Role;
import io.mnestic.orchestrator.recall.Recollection;
import io.mnestic.orchestrator.tokens.TokenCounter;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.AssembleContextResponse;
import io.mnestic.orchestrator.v1.LedgerReason;
import io.mnestic.orchestrator.v1.Message;
import io.mnestic.orchestrator.v1.Part;
import io.mnestic.orchestrator.v1.RecalledMemory;
import io.mnestic.orchestrator.v1.WindowPolicy;
import io.mnestic.orchestrator.window.Episode;
import io.mnestic.orchestrator.window.WindowTurn;
import io.mnestic.wire.Refusal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One context in the making, from what was read for it. Its order is system prompt, pinned
 * memories, summary, turns, recalled memories, last message, so that what changes least stands
 * first and prompt caches hit.
 */
final class Assembly {
  /** Candidates beyond the number asked for that may replace those which can not go in. */
  private static final int SPARE_CANDIDATES = 10;

  /** Most of what is left after pinned memories that a running summary takes. */
  private static final double SUMMARY_SHARE = 0.25;

  private final AssembleContextRequest request;
  private final TokenCounter counter;
  private final int tokensPerMessage;
  private final Closing closing;
  private final int systemTokens;
  private final WindowPolicy policy;
  private final Block recalled;
  private final Ledger ledger = new Ledger();
  private final AssembleContextResponse.Builder reply = AssembleContextResponse.newBuilder();

  Assembly(
      AssembleContextRequest request, WindowPolicy policy, TokenCounter counter, Closing closing) {
    this.request = request;
    this.policy = policy;
    this.counter = counter;
    this.tokensPerMessage = request.getTokensPerMessage();
    this.closing = closing;
    this.systemTokens = counter.count(request.getSystemPrompt());
    this.recalled =
        new Block(
            request.getMarkRecalled() ? Fence.RECALLED_MARKED : Fence.RECALLED,
            counter,
            tokensPerMessage);
  }

  /**
   * Puts the context together.
   *
   * @param episodes of the session, oldest first
   * @throws Refusal BUDGET_TOO_SMALL if what can not be left out needs more
   */
  AssembleContextResponse.Builder assemble(
      List<Memory> toPin, List<Episode> episodes, Recollection recollection) {
    long free = request.getBudgetTokens() - required();
    Standing standing = new Standing(toPin, episodes, counter, tokensPerMessage);
    standing.pin(free, closing.turns());
    double recallShare = request.hasRecallShare() ? request.getRecallShare() : 0.5;
    summarise(standing, free - standing.cost(), recallShare);
    boolean unlikely = recollection.isLessProbableThan(request.getMinAnswerProbability());
    List<Line> candidates = unlikely ? List.of() : candidates(recollection);
    Selection selection =
        new Selection(
            free - standing.cost(),
            mostTurnTokens(),
            tokensPerMessage,
            closing.earlier(),
            candidates,
            mostRecalled(),
            recalled,
            fixedIds(standing),
            fixedGists(standing, candidates));
    selection.select(recallShare);
    while (true) {
      long freed = standing.giveWay(selection.windowIds(), firstIn(selection));
      if (freed <= 0) {
        break;
      }
      selection.add(freed);
    }
    enterOpening(standing);
    enterTurns(selection, standing);
    enterRecalled(selection, candidates, recollection);
    if (unlikely) {
      enterUnlikely(recollection);
    }
    enterClosing();
    return finish();
  }

  /** Leaves out what the window is sure to hold, and all if the whole session fits. */
  private void summarise(Standing standing, long free, double recallShare) {
    long limit = (long) (free * SUMMARY_SHARE);
    long forTurns = Math.min(free - (long) (free * recallShare), mostTurnTokens());
    if (!closing.fits(forTurns, tokensPerMessage)) {
      long reach = Selection.reach(closing.earlier(), forTurns - limit, tokensPerMessage);
      standing.summarise(limit, Math.min(reach, closing.firstSequence()));
    }
  }

  private long mostTurnTokens() {
    return policy.getMaxTokens() == 0 ? Long.MAX_VALUE : policy.getMaxTokens();
  }

  private long firstIn(Selection selection) {
    List<WindowTurn> window = selection.window();
    return window.isEmpty() ? closing.firstSequence() : window.getFirst().sequence();
  }

  int mostRecalled() {
    return mostRecalled(request);
  }

  static int mostRecalled(AssembleContextRequest request) {
    return request.hasMaxRecalled() ? request.getMaxRecalled() : 10;
  }

  private long required() {
    long system = request.getSystemPrompt().isEmpty() ? 0 : systemTokens + tokensPerMessage;
    long last = closing.cost(tokensPerMessage);
    long required =
        (long) request.getReserveTokens() + request.getTokensPerRequest() + system + last;
    if (required > request.getBudgetTokens()) {
      throw Refusal.of(
              Reason.REASON_BUDGET_TOO_SMALL,
              "budget_tokens must be at least "
                  + required
                  + ": the system prompt needs "
                  + system
                  + ", the last message "
                  + last
                  + ", reserve_tokens "
                  + request.getReserveTokens()
                  + " and tokens_per_request "
                  + request.getTokensPerRequest())
          .withField("budget_tokens")
          .withMetadata("required_tokens", Long.toString(required));
    }
    return required;
  }

  private List<Line> candidates(Recollection recollection) {
    Set<String> read = new HashSet<>();
    closing.earlier().forEach(unit -> unit.turns().forEach(t -> read.add(t.memory().getId())));
    int most = mostRecalled() == 0 ? 0 : 2 * mostRecalled() + SPARE_CANDIDATES;
    int rank = 0;
    for (int unread = 0; rank < recollection.size() && unread < most; rank++) {
      unread += read.contains(recollection.memory(rank).getId()) ? 0 : 1;
    }
    List<Memory> memories = IntStream.range(0, rank).mapToObj(recollection::memory).toList();
    return request.getMarkRecalled() ? Line.marked(memories, counter) : Line.of(memories, counter);
  }

  private Set<String> fixedIds(Standing standing) {
    Set<String> ids = new HashSet<>();
    standing.told().forEach(episode -> ids.add(episode.memory().getId()));
    standing.pinned().lines().forEach(line -> ids.add(line.memory().getId()));
    closing.turns().forEach(turn -> ids.add(turn.memory().getId()));
    return ids;
  }

  private Set<String> fixedGists(Standing standing, List<Line> candidates) {
    Set<String> gists = new HashSet<>();
    standing.pinned().lines().forEach(line -> gists.add(line.gist()));
    closing.turns().forEach(turn -> gists.add(Line.gist(turn.memory())));
    @Nullable String query = closing.query();
    if (query != null) {
      candidates.stream()
          .filter(line -> line.isTurnOf(query))
          .forEach(line -> gists.add(line.gist()));
    }
    return gists;
  }

  private void enterOpening(Standing standing) {
    if (!request.getSystemPrompt().isEmpty()) {
      reply.addMessages(
          Message.newBuilder()
              .setRole(Role.ROLE_SYSTEM)
              .setContent(request.getSystemPrompt())
              .setTokens(systemTokens + tokensPerMessage));
      ledger.enter(Part.PART_SYSTEM, systemTokens, LedgerReason.LEDGER_REASON_REQUIRED);
    }
    for (int i = 0; i < standing.pins().size(); i++) {
      Line line = standing.pins().get(i);
      ledger.enter(Part.PART_PINNED, line.memory(), line.tokens(), standing.pinReason(i));
    }
    enterBlock(standing.pinned(), LedgerReason.LEDGER_REASON_REQUIRED);
    for (Line line : standing.summary().lines()) {
      ledger.enter(
          Part.PART_SUMMARY, line.memory(), line.tokens(), LedgerReason.LEDGER_REASON_SUMMARY);
    }
    enterBlock(standing.summary(), LedgerReason.LEDGER_REASON_SUMMARY);
  }

  private void enterTurns(Selection selection, Standing standing) {
    TurnAccount out = new TurnAccount(ledger, standing);
    out.enterUnread(closing.unread());
    selection.turnsOut().forEach(out::enter);
    for (WindowTurn turn : selection.window()) {
      reply.addMessages(message(turn));
      enter(Part.PART_TURN, turn, LedgerReason.LEDGER_REASON_RECENT);
    }
  }

  private void enterRecalled(
      Selection selection, List<Line> candidates, Recollection recollection) {
    // How many a budget without end would have let in so far: no more than were asked for, so what
    // comes later is not out for want of tokens.
    int wanted = 0;
    for (int rank = 0; rank < selection.considered(); rank++) {
      Line line = candidates.get(rank);
      LedgerReason reason = selection.reason(rank);
      if (recalled.has(rank) || wanted < mostRecalled()) {
        ledger.enter(Part.PART_RECALLED, line.memory(), line.tokens(), reason);
      }
      if (recalled.has(rank)) {
        reply.addRecalled(explained(recollection, rank));
      }
      if (recalled.has(rank) || reason == LedgerReason.LEDGER_REASON_OVER_BUDGET) {
        wanted++;
      }
    }
    enterBlock(recalled, LedgerReason.LEDGER_REASON_RELEVANT);
  }

  private RecalledMemory explained(Recollection recollection, int rank) {
    RecalledMemory memory = recollection.explained(rank);
    return request.getMarkRecalled() ? memory.toBuilder().setMark(Line.mark(rank)).build() : memory;
  }

  /** Those that would have been considered first. */
  private void enterUnlikely(Recollection recollection) {
    int count = Math.min(mostRecalled(), recollection.size());
    List<Memory> out = IntStream.range(0, count).mapToObj(recollection::memory).toList();
    for (Line line : Line.of(out, counter)) {
      ledger.enter(
          Part.PART_RECALLED, line.memory(), line.tokens(), LedgerReason.LEDGER_REASON_UNLIKELY);
    }
  }

  private void enterClosing() {
    @Nullable String query = closing.query();
    if (query != null) {
      reply.addMessages(
          Message.newBuilder()
              .setRole(Role.ROLE_USER)
              .setContent(query)
              .addAllAttachments(request.getAttachmentsList())
              .setTokens(closing.queryTokens() + tokensPerMessage));
      ledger.enter(Part.PART_QUERY, closing.queryTokens(), LedgerReason.LEDGER_REASON_REQUIRED);
    }
    for (WindowTurn turn : closing.turns()) {
      reply.addMessages(message(turn));
      enter(
          closing.isAsked(turn) ? Part.PART_QUERY : Part.PART_TURN,
          turn,
          LedgerReason.LEDGER_REASON_REQUIRED);
    }
  }

  private AssembleContextResponse.Builder finish() {
    int total =
        ledger.close(
            reply.getMessagesList(),
            tokensPerMessage,
            request.getTokensPerRequest(),
            request.getReserveTokens(),
            request.getBudgetTokens());
    return reply.setTotalTokens(total).setTokenizer(counter.name()).addAllLedger(ledger.entries());
  }

  private void enterBlock(Block block, LedgerReason reason) {
    if (!block.isEmpty()) {
      reply.addMessages(block.message());
      ledger.enter(Part.PART_FENCE, block.fenceTokens(), reason);
    }
  }

  private void enter(Part part, WindowTurn turn, LedgerReason reason) {
    ledger.enter(part, turn.memory(), turn.tokens(), reason);
  }

  private Message message(WindowTurn turn) {
    return Message.newBuilder()
        .setRole(turn.memory().getTurn().getRole())
        .setName(turn.memory().getTurn().getSpeaker())
        .setContent(turn.content())
        .addAllToolCalls(turn.memory().getTurn().getToolCallsList())
        .setToolCallId(turn.memory().getTurn().getToolCallId())
        .addAllAttachments(turn.memory().getTurn().getAttachmentsList())
        .setTokens(turn.tokens() + tokensPerMessage)
        .build();
  }
}
