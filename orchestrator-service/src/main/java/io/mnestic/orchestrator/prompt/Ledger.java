package io.mnestic.orchestrator.prompt;

import io.mnestic.memory.v1.Memory;
import io.mnestic.orchestrator.v1.LedgerEntry;
import io.mnestic.orchestrator.v1.LedgerReason;
import io.mnestic.orchestrator.v1.Message;
import io.mnestic.orchestrator.v1.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The account of a prompt: what every part cost, and what was left out and why. */
public final class Ledger {
  private static final Set<LedgerReason> IN =
      Set.of(
          LedgerReason.LEDGER_REASON_REQUIRED,
          LedgerReason.LEDGER_REASON_RECENT,
          LedgerReason.LEDGER_REASON_RELEVANT,
          LedgerReason.LEDGER_REASON_SUMMARY);

  private final List<LedgerEntry> entries = new ArrayList<>();

  /** Enters a part that is about no memory, if it costs anything. */
  public void enter(Part part, long tokens, LedgerReason reason) {
    if (tokens != 0) {
      entries.add(entry(part, tokens, reason).build());
    }
  }

  /** Enters a part that is about a memory, whatever it costs. */
  public void enter(Part part, Memory memory, long tokens, LedgerReason reason) {
    entries.add(
        entry(part, tokens, reason)
            .setMemoryId(memory.getId())
            .setSequence(memory.getTurn().getSequence())
            .build());
  }

  /** Enters a turn that is out, and the summary that tells of it. */
  void enterSummarized(Memory turn, long tokens, String summaryId) {
    entries.add(
        entry(Part.PART_TURN, tokens, LedgerReason.LEDGER_REASON_SUMMARIZED)
            .setMemoryId(turn.getId())
            .setSequence(turn.getTurn().getSequence())
            .setSummaryId(summaryId)
            .build());
  }

  /**
   * Enters turns that were not read.
   *
   * @param summaryId the summary that tells of them, or empty
   */
  void enterSpan(long first, long last, String summaryId) {
    LedgerReason reason =
        summaryId.isEmpty()
            ? LedgerReason.LEDGER_REASON_OVER_BUDGET
            : LedgerReason.LEDGER_REASON_SUMMARIZED;
    entries.add(
        entry(Part.PART_TURN, 0, reason)
            .setSequence(first)
            .setLastSequence(last)
            .setSummaryId(summaryId)
            .build());
  }

  /**
   * Enters the overheads and the reserve, and adds up.
   *
   * @param messages with their tokens, the overhead of each in them
   * @return the tokens of all messages with overheads, without the reserve
   * @throws IllegalStateException if that and the reserve are over the budget
   */
  public int close(
      List<Message> messages, int perMessage, int perRequest, int reserve, int budget) {
    enter(
        Part.PART_OVERHEAD,
        (long) perMessage * messages.size() + perRequest,
        LedgerReason.LEDGER_REASON_REQUIRED);
    enter(Part.PART_RESERVE, reserve, LedgerReason.LEDGER_REASON_REQUIRED);
    long total = perRequest + messages.stream().mapToLong(Message::getTokens).sum();
    if (total + reserve > budget) {
      throw new IllegalStateException(total + " tokens were put into a budget of " + budget);
    }
    return (int) total;
  }

  /** All entries, in the order they were made. */
  public List<LedgerEntry> entries() {
    return entries;
  }

  private static LedgerEntry.Builder entry(Part part, long tokens, LedgerReason reason) {
    return LedgerEntry.newBuilder()
        .setPart(part)
        .setIncluded(IN.contains(reason))
        .setTokens(Math.toIntExact(tokens))
        .setReason(reason);
  }
}
