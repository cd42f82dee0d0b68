package io.mnestic.orchestrator.consolidation;

import io.mnestic.orchestrator.compaction.CompactSession;
import io.mnestic.orchestrator.compaction.WriteThemes;
import io.mnestic.orchestrator.session.Sessions;
import io.mnestic.orchestrator.v1.ConsolidationState;
import io.mnestic.orchestrator.v1.ListSessionsRequest;
import io.mnestic.orchestrator.v1.ListSessionsResponse;
import io.mnestic.orchestrator.v1.Session;
import io.mnestic.orchestrator.v1.WindowKind;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/**
 * Consolidates one namespace, session by session. Each step leaves a mark behind what it did, so
 * that whoever goes on after a crash, a cancel or a failure begins where it ended.
 */
@Singleton
final class ConsolidateNamespace {
  private static final int PAGE = 200;

  private final Sessions sessions;
  private final ReadNewTurns newTurns;
  private final CompactSession compaction;
  private final WriteThemes themes;
  private final ConsolidationSettings settings;

  ConsolidateNamespace(
      Sessions sessions,
      ReadNewTurns newTurns,
      CompactSession compaction,
      WriteThemes themes,
      ConsolidationSettings settings) {
    this.sessions = sessions;
    this.newTurns = newTurns;
    this.compaction = compaction;
    this.themes = themes;
    this.settings = settings;
  }

  /**
   * Does what is due, and ends the consolidation.
   *
   * @throws io.mnestic.wire.Refusal ENCODER_UNAVAILABLE, OVERLOADED: try again
   */
  void consolidate(String namespace, Progress progress) {
    List<Session> all = sessions(namespace);
    progress.count(it -> it.setSessionsTotal(all.size()).setSessionsDone(0));
    progress.write();
    for (Session session : all) {
      progress.step();
      if (isWhole(progress) || isSummarised(session)) {
        consolidate(namespace, session, progress);
      }
      progress.count(it -> it.setSessionsDone(it.getSessionsDone() + 1));
    }
    if (isWhole(progress)) {
      int written = themes.write(namespace, progress.now().getAllTurns(), progress::step);
      progress.count(it -> it.setThemesWritten(it.getThemesWritten() + written));
    }
    progress.end(ConsolidationState.CONSOLIDATION_STATE_SUCCEEDED, "");
  }

  /** Whether the background has something to do by itself in these sessions. */
  boolean concernsBackground(String namespace) {
    return switch (settings.background()) {
      case OFF -> false;
      case ALL -> true;
      case SUMMARIES -> sessions(namespace).stream().anyMatch(ConsolidateNamespace::isSummarised);
    };
  }

  private void consolidate(String namespace, Session session, Progress progress) {
    if (isWhole(progress)) {
      newTurns.read(namespace, session.getId(), progress);
    }
    int written =
        compaction.compact(namespace, session, progress.now().getAllTurns(), progress::step);
    progress.count(it -> it.setEpisodesWritten(it.getEpisodesWritten() + written));
    if (isWhole(progress)) {
      themes.enqueue(namespace, session.getId());
    }
  }

  /** On demand everything is done; in the background what the settings say. */
  private boolean isWhole(Progress progress) {
    return !progress.now().getBackground()
        || settings.background() == ConsolidationSettings.Background.ALL;
  }

  private static boolean isSummarised(Session session) {
    return session.getWindow().getKind() == WindowKind.WINDOW_KIND_NEWEST_AND_SUMMARY;
  }

  private List<Session> sessions(String namespace) {
    List<Session> all = new ArrayList<>();
    ListSessionsRequest.Builder request =
        ListSessionsRequest.newBuilder().setNamespace(namespace).setPageSize(PAGE);
    do {
      ListSessionsResponse page = sessions.list(request.build());
      all.addAll(page.getSessionsList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return all;
  }
}
