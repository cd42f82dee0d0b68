package io.mnestic.orchestrator.compaction;

import io.mnestic.memory.v1.Memory;
import io.mnestic.orchestrator.digest.Digests;
import io.mnestic.orchestrator.v1.EpisodeEntry;
import io.mnestic.orchestrator.v1.SessionDigest;
import io.mnestic.orchestrator.v1.ThemeEntry;
import io.mnestic.orchestrator.v1.ThemeState;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Summarises the episodes of a namespace as themes, and themes as themes of the next level. A theme
 * takes the oldest episode that waits and those most like it, of whichever session, as soon as
 * twice as many wait as it has: so it is about something, and not just of some time.
 */
@Singleton
public final class WriteThemes {
  private final Summarise summarise;
  private final WriteEpisodes episodes;
  private final ReadMemories memories;
  private final Likeness likeness;
  private final Digests digests;
  private final CompactionSettings settings;

  WriteThemes(
      Summarise summarise,
      WriteEpisodes episodes,
      ReadMemories memories,
      Likeness likeness,
      Digests digests,
      CompactionSettings settings) {
    this.summarise = summarise;
    this.episodes = episodes;
    this.memories = memories;
    this.likeness = likeness;
    this.digests = digests;
    this.settings = settings;
  }

  /**
   * Puts a session's episodes in line, those that are not yet.
   *
   * @return how many were put there
   */
  public int enqueue(String namespace, String session) {
    SessionDigest digest = digests.digest(namespace, session);
    List<EpisodeEntry> waiting =
        digest.getEpisodesList().stream()
            .filter(entry -> entry.getLevel() == 0 && !entry.getMemoryId().isEmpty())
            .filter(entry -> entry.getLastSequence() > digest.getThemedThrough())
            .toList();
    if (waiting.isEmpty()) {
      return 0;
    }
    ThemeState.Builder state = digests.themes(namespace).toBuilder();
    Set<String> there = new HashSet<>();
    state.getOpenList().forEach(entry -> there.add(entry.getMemoryId()));
    for (EpisodeEntry entry : waiting) {
      if (there.add(entry.getMemoryId())) {
        state.addOpen(ThemeEntry.newBuilder().setMemoryId(entry.getMemoryId()));
      }
    }
    digests.put(namespace, state.build());
    digests.put(
        namespace,
        session,
        digest.toBuilder().setThemedThrough(waiting.getLast().getLastSequence()).build());
    return waiting.size();
  }

  /**
   * Writes the themes that are due.
   *
   * @param all also of fewer episodes than a theme usually has, as long as there are two
   * @param beforeEachStep may throw to end the work
   * @return how many were written
   */
  public int write(String namespace, boolean all, Runnable beforeEachStep) {
    int written = 0;
    for (int level = 0; hasLevel(namespace, level); level++) {
      int least = all ? 2 : 2 * settings.fan();
      while (writeOne(namespace, level, least, beforeEachStep)) {
        written++;
      }
    }
    return written;
  }

  private boolean hasLevel(String namespace, int level) {
    return digests.themes(namespace).getOpenList().stream()
        .anyMatch(entry -> entry.getLevel() >= level);
  }

  private boolean writeOne(String namespace, int level, int least, Runnable beforeEachStep) {
    beforeEachStep.run();
    ThemeState state = digests.themes(namespace);
    List<String> open =
        state.getOpenList().stream()
            .filter(entry -> entry.getLevel() == level)
            .map(ThemeEntry::getMemoryId)
            .toList();
    if (open.size() < least) {
      return false;
    }
    List<Memory> waiting =
        memories.read(namespace, open).stream().flatMap(Optional::stream).toList();
    Set<String> gone = new HashSet<>(open);
    waiting.forEach(memory -> gone.remove(memory.getId()));
    List<Memory> members =
        waiting.isEmpty()
            ? List.of()
            : likeness.nearest(namespace, waiting, settings.fan(), beforeEachStep);
    members.forEach(memory -> gone.add(memory.getId()));
    ThemeState.Builder next = ThemeState.newBuilder();
    state.getOpenList().stream()
        .filter(entry -> !gone.contains(entry.getMemoryId()))
        .forEach(next::addOpen);
    Optional<Summary> summary =
        summarise.of(
            namespace,
            members.stream().map(episode -> new Utterance("", episode.getKey())).toList(),
            beforeEachStep);
    if (summary.isPresent()) {
      Memory theme = EpisodeMemory.theme(level + 1, summary.get(), inOrder(members));
      episodes.write(namespace, theme, beforeEachStep);
      next.addOpen(ThemeEntry.newBuilder().setMemoryId(theme.getId()).setLevel(level + 1));
    }
    digests.put(namespace, next.build());
    return true;
  }

  /** Oldest first, so that a theme tells things in the order in which they happened. */
  private static List<Memory> inOrder(List<Memory> members) {
    List<Memory> ordered = new ArrayList<>(members);
    ordered.sort(
        Comparator.comparingLong((Memory memory) -> memory.getValidFrom().getSeconds())
            .thenComparing(Memory::getId));
    return ordered;
  }
}
