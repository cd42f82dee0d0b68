package io.mnestic.orchestrator.compaction;

import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Role;
import io.mnestic.orchestrator.digest.Digests;
import io.mnestic.orchestrator.tokens.Tokenizers;
import io.mnestic.orchestrator.v1.EpisodeEntry;
import io.mnestic.orchestrator.v1.Session;
import io.mnestic.orchestrator.v1.SessionDigest;
import io.mnestic.orchestrator.window.SessionTail;
import io.mnestic.orchestrator.window.Tail;
import io.mnestic.orchestrator.window.Unit;
import io.mnestic.orchestrator.window.WindowTurn;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Summarises the turns of a session that its window has moved past: stretches of turns as episodes,
 * and as many episodes as a theme has as one of the next level.
 */
@Singleton
public final class CompactSession {
  private final SessionTail tails;
  private final Tokenizers tokenizers;
  private final Summarise summarise;
  private final WriteEpisodes episodes;
  private final ReadMemories memories;
  private final Digests digests;
  private final CompactionSettings settings;

  CompactSession(
      SessionTail tails,
      Tokenizers tokenizers,
      Summarise summarise,
      WriteEpisodes episodes,
      ReadMemories memories,
      Digests digests,
      CompactionSettings settings) {
    this.tails = tails;
    this.tokenizers = tokenizers;
    this.summarise = summarise;
    this.episodes = episodes;
    this.memories = memories;
    this.digests = digests;
    this.settings = settings;
  }

  /**
   * Writes the episodes that are due. Doing it again after it broke off writes none twice.
   *
   * @param allTurns summarise those that are still in the window too
   * @param beforeEachStep may throw to end the work
   * @return how many were written
   * @throws io.mnestic.wire.Refusal ENCODER_UNAVAILABLE, OVERLOADED
   */
  public int compact(String namespace, Session session, boolean allTurns, Runnable beforeEachStep) {
    SessionDigest digest = digests.digest(namespace, session.getId());
    long through = through(digest);
    Tail turns = tails.after(namespace, session.getId(), tokenizers.named(""), through);
    List<Unit> due = due(turns, allTurns ? 0 : windowTokens(session));
    List<List<WindowTurn>> cuts =
        new EpisodeCuts(settings.episodeTokens(), settings.episodeGap()).cut(due, !allTurns);
    int written = 0;
    for (List<WindowTurn> cut : cuts) {
      beforeEachStep.run();
      digest = write(namespace, session.getId(), digest, cut, beforeEachStep);
      digests.put(namespace, session.getId(), digest);
      written++;
    }
    return written;
  }

  private int windowTokens(Session session) {
    int own = session.getWindow().getMaxTokens();
    return own == 0 ? settings.windowTokens() : own;
  }

  private static long through(SessionDigest digest) {
    return digest.getEpisodesList().stream()
        .filter(entry -> entry.getLevel() == 0)
        .mapToLong(EpisodeEntry::getLastSequence)
        .max()
        .orElse(0);
  }

  /** What is older than the newest units that have no more than so many tokens, oldest first. */
  private static List<Unit> due(Tail turns, int windowTokens) {
    List<Unit> newestFirst = turns.units();
    int kept = 0;
    long tokens = 0;
    while (kept < newestFirst.size()) {
      tokens += newestFirst.get(kept).cost(0);
      if (tokens > windowTokens) {
        break;
      }
      kept++;
    }
    return newestFirst.subList(kept, newestFirst.size()).reversed();
  }

  private SessionDigest write(
      String namespace,
      String session,
      SessionDigest digest,
      List<WindowTurn> turns,
      Runnable beforeEachCall) {
    long first = turns.getFirst().sequence();
    long last = turns.getLast().sequence();
    List<Memory> sources = turns.stream().map(WindowTurn::memory).toList();
    Optional<Summary> summary =
        summarise.of(namespace, turns.stream().map(CompactSession::said).toList(), beforeEachCall);
    // Turns without a word in them have nothing to tell, and stay the ledger's to name.
    SessionDigest.Builder next = digest.toBuilder();
    EpisodeEntry.Builder entry =
        EpisodeEntry.newBuilder().setFirstSequence(first).setLastSequence(last);
    if (summary.isPresent()) {
      Memory episode = EpisodeMemory.ofSession(session, 0, first, last, summary.get(), sources);
      episodes.write(namespace, episode, beforeEachCall);
      entry.setMemoryId(episode.getId());
    }
    next.addEpisodes(entry);
    return fold(namespace, session, next.build(), 0, beforeEachCall);
  }

  /** As many newest entries of a level as make one of the next, if no one of that tells of them. */
  private SessionDigest fold(
      String namespace, String session, SessionDigest digest, int level, Runnable beforeEachCall) {
    List<EpisodeEntry> open = new ArrayList<>();
    long told =
        digest.getEpisodesList().stream()
            .filter(entry -> entry.getLevel() == level + 1)
            .mapToLong(EpisodeEntry::getLastSequence)
            .max()
            .orElse(0);
    digest.getEpisodesList().stream()
        .filter(entry -> entry.getLevel() == level && entry.getFirstSequence() > told)
        .forEach(open::add);
    if (open.size() < settings.fan()) {
      return digest;
    }
    long first = open.getFirst().getFirstSequence();
    long last = open.getLast().getLastSequence();
    List<Memory> sources =
        memories
            .read(
                namespace,
                open.stream().map(EpisodeEntry::getMemoryId).filter(id -> !id.isEmpty()).toList())
            .stream()
            .flatMap(Optional::stream)
            .toList();
    EpisodeEntry.Builder entry =
        EpisodeEntry.newBuilder().setFirstSequence(first).setLastSequence(last).setLevel(level + 1);
    Optional<Summary> summary =
        summarise.of(
            namespace,
            sources.stream().map(episode -> new Utterance("", episode.getKey())).toList(),
            beforeEachCall);
    if (summary.isPresent()) {
      Memory folded =
          EpisodeMemory.ofSession(session, level + 1, first, last, summary.get(), sources);
      episodes.write(namespace, folded, beforeEachCall);
      entry.setMemoryId(folded.getId());
    }
    return fold(
        namespace,
        session,
        digest.toBuilder().addEpisodes(entry).build(),
        level + 1,
        beforeEachCall);
  }

  /** Tool results are data for the model to read; what was said about them is what counts. */
  private static Utterance said(WindowTurn turn) {
    Memory memory = turn.memory();
    String text = memory.getTurn().getRole() == Role.ROLE_TOOL ? "" : turn.content();
    return new Utterance(Speakers.of(memory.getTurn()), text);
  }
}
