package io.mnestic.orchestrator.prompt;

import io.mnestic.memory.v1.Memory;
import io.mnestic.orchestrator.v1.LedgerEntry;
import io.mnestic.orchestrator.v1.LedgerReason;
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
          LedgerReason.LEDGER_REASON_RELEVANT);

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
