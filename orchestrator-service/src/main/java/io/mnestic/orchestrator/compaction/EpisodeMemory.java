package io.mnestic.orchestrator.compaction;

import io.mnestic.memory.v1.AttributeValue;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Summaries as memories. Their ids are made from what they tell of, so that writing one again, as
 * after a crash, supersedes it and never doubles it.
 */
final class EpisodeMemory {
  static final String LEVEL = "mnestic.level";
  private static final String SESSION = "mnestic.session";
  private static final String FIRST = "mnestic.first";
  private static final String LAST = "mnestic.last";
  private static final int DIGEST_CHARS = 24;
  private static final int MOST_SOURCES = 1_000;

  private EpisodeMemory() {}

  /** A summary of consecutive turns of a session. */
  static Memory ofSession(
      String session, int level, long first, long last, Summary summary, List<Memory> sources) {
    return of("episode-" + level + "-" + digest(session) + "-" + first, level, summary, sources)
        .putAttributes(SESSION, AttributeValue.newBuilder().setText(session).build())
        .putAttributes(FIRST, AttributeValue.newBuilder().setNumber((double) first).build())
        .putAttributes(LAST, AttributeValue.newBuilder().setNumber((double) last).build())
        .build();
  }

  /** A summary of episodes of any sessions. */
  static Memory theme(int level, Summary summary, List<Memory> sources) {
    String told = String.join("\n", sources.stream().map(Memory::getId).toList());
    return of("theme-" + level + "-" + digest(told), level, summary, sources).build();
  }

  private static Memory.Builder of(String id, int level, Summary summary, List<Memory> sources) {
    Memory.Builder memory =
        Memory.newBuilder()
            .setId(id)
            .setKind(Kind.KIND_EPISODE)
            .setKey(summary.extract())
            .setValue(summary.told())
            .putAttributes(LEVEL, AttributeValue.newBuilder().setNumber(level).build());
    sources.stream().limit(MOST_SOURCES).map(Memory::getId).forEach(memory::addSourceIds);
    Memory first = sources.getFirst();
    if (first.hasTurn()) {
      memory.setValidFrom(first.getTurn().getSaidTime());
    } else if (first.hasValidFrom()) {
      memory.setValidFrom(first.getValidFrom());
    }
    return memory;
  }

  private static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)))
          .substring(0, DIGEST_CHARS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
