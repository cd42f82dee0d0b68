package io.mnestic.orchestrator.prompt;

import io.mnestic.memory.v1.Role;
import io.mnestic.orchestrator.tokens.TokenCounter;
import io.mnestic.orchestrator.v1.Message;
import java.util.Collection;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * A fenced message in the making. Lines are first added by what each costs alone; {@link #settle}
 * then counts the text as it stands, since lines that stand together may share tokens.
 */
final class Block {
  private final Fence fence;
  private final TokenCounter counter;
  private final int tokensPerMessage;
  private final long fenceAlone;
  private final SequencedMap<Integer, Line> lines = new TreeMap<>();
  private long linesAlone;
  private long exact;

  Block(Fence fence, TokenCounter counter, int tokensPerMessage) {
    this.fence = fence;
    this.counter = counter;
    this.tokensPerMessage = tokensPerMessage;
    this.fenceAlone = counter.count(fence.open() + fence.close());
  }

  /** Adds a line if the block with it costs no more than the limit. */
  boolean add(int rank, Line line, long limit) {
    if (fenceAlone + linesAlone + line.tokens() + tokensPerMessage > limit) {
      return false;
    }
    lines.put(rank, line);
    linesAlone += line.tokens();
    return true;
  }

  void remove(int rank) {
    Line line = lines.remove(rank);
    if (line != null) {
      linesAlone -= line.tokens();
    }
  }

  /**
   * Counts the block exactly and drops its last lines, or the oldest ones of a summary, until it
   * costs no more than the limit.
   */
  void settle(long limit) {
    exact = lines.isEmpty() ? 0 : counter.count(text());
    while (!lines.isEmpty() && exact + tokensPerMessage > limit) {
      long excess = exact + tokensPerMessage - limit;
      while (!lines.isEmpty() && excess > 0) {
        Line dropped =
            (fence == Fence.SUMMARY ? lines.pollFirstEntry() : lines.pollLastEntry()).getValue();
        linesAlone -= dropped.tokens();
        excess -= dropped.tokens();
      }
      exact = lines.isEmpty() ? 0 : counter.count(text());
    }
  }

  /** What it costs with its message's overhead, by its lines alone; nothing without lines. */
  long cost() {
    return lines.isEmpty() ? 0 : fenceAlone + linesAlone + tokensPerMessage;
  }

  /** What it costs as settled, with its message's overhead. */
  long settledCost() {
    return lines.isEmpty() ? 0 : exact + tokensPerMessage;
  }

  /** What the settled text costs beyond its lines. */
  long fenceTokens() {
    return exact - linesAlone;
  }

  boolean has(int rank) {
    return lines.containsKey(rank);
  }

  boolean isEmpty() {
    return lines.isEmpty();
  }

  int size() {
    return lines.size();
  }

  Collection<Line> lines() {
    return lines.sequencedValues();
  }

  Message message() {
    return Message.newBuilder()
        .setRole(Role.ROLE_USER)
        .setContent(text())
        .setTokens((int) settledCost())
        .build();
  }

  private String text() {
    StringBuilder text = new StringBuilder(fence.open());
    lines.sequencedValues().forEach(line -> text.append(line.text()));
    return text.append(fence.close()).toString();
  }
}
