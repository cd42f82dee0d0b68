package io.mnestic.orchestrator.compaction;

import io.mnestic.memory.v1.Memory;
import io.mnestic.orchestrator.digest.Digests;
import io.mnestic.orchestrator.v1.EpisodeEntry;
import io.mnestic.orchestrator.window.Episode;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a session's past comes to: its newest episodes, and for what is older the summaries of
 * those, the coarser the longer ago. It covers all turns that have episodes, each once, with a
 * number of memories that grows with the logarithm of the session.
 */
@Singleton
public final class RunningSummary {
  private final Digests digests;
  private final ReadMemories memories;
  private final CompactionSettings settings;

  RunningSummary(Digests digests, ReadMemories memories, CompactionSettings settings) {
    this.digests = digests;
    this.memories = memories;
    this.settings = settings;
  }

  /** The episodes that are still remembered, oldest first. */
  public List<Episode> read(String namespace, String session) {
    List<EpisodeEntry> cover =
        cover(digests.digest(namespace, session).getEpisodesList(), settings.fan()).stream()
            .filter(entry -> !entry.getMemoryId().isEmpty())
            .toList();
    List<Optional<Memory>> read =
        memories.read(namespace, cover.stream().map(EpisodeEntry::getMemoryId).toList());
    List<Episode> episodes = new ArrayList<>();
    for (int i = 0; i < cover.size(); i++) {
      if (read.get(i).isPresent()) {
        EpisodeEntry entry = cover.get(i);
        episodes.add(
            new Episode(read.get(i).get(), entry.getFirstSequence(), entry.getLastSequence()));
      }
    }
    return episodes;
  }

  /**
   * Of each level the newest ones: {@code least} of them, and on to where one of the level above
   * takes over.
   */
  static List<EpisodeEntry> cover(List<EpisodeEntry> entries, int least) {
    List<EpisodeEntry> newestFirst = new ArrayList<>();
    int highest = entries.stream().mapToInt(EpisodeEntry::getLevel).max().orElse(0);
    long before = Long.MAX_VALUE;
    for (int level = 0; level <= highest; level++) {
      List<EpisodeEntry> above = ofLevel(entries, level + 1);
      int taken = 0;
      for (EpisodeEntry entry : ofLevel(entries, level).reversed()) {
        if (entry.getLastSequence() >= before) {
          continue;
        }
        long last = entry.getLastSequence();
        if (taken >= least && above.stream().anyMatch(it -> it.getLastSequence() == last)) {
          break;
        }
        newestFirst.add(entry);
        before = entry.getFirstSequence();
        taken++;
      }
    }
    return newestFirst.reversed();
  }

  private static List<EpisodeEntry> ofLevel(List<EpisodeEntry> entries, int level) {
    return entries.stream().filter(entry -> entry.getLevel() == level).toList();
  }
}
