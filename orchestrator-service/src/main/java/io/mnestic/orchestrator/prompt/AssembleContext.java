package io.mnestic.orchestrator.prompt;

import io.grpc.Context;
import io.mnestic.memory.v1.Memory;
import io.mnestic.orchestrator.compaction.RunningSummary;
import io.mnestic.orchestrator.feedback.RecallId;
import io.mnestic.orchestrator.recall.Recall;
import io.mnestic.orchestrator.recall.Recollection;
import io.mnestic.orchestrator.session.Sessions;
import io.mnestic.orchestrator.tokens.MessageTokens;
import io.mnestic.orchestrator.tokens.TokenCounter;
import io.mnestic.orchestrator.tokens.Tokenizers;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.AssembleContextResponse;
import io.mnestic.orchestrator.v1.WindowKind;
import io.mnestic.orchestrator.v1.WindowPolicy;
import io.mnestic.orchestrator.window.Episode;
import io.mnestic.orchestrator.window.SessionTail;
import io.mnestic.orchestrator.window.Tail;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Reads what may go into a context, side by side, and has it put together. */
@Singleton
public final class AssembleContext {
  /** Most of a subject that recall takes: 64 KiB as UTF-8, whatever it holds. */
  private static final int MOST_SUBJECT_CHARS = (64 << 10) / 3;

  private final Tokenizers tokenizers;
  private final Sessions sessions;
  private final SessionTail tails;
  private final RunningSummary summaries;
  private final PinnedMemories pinned;
  private final Recall recall;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  AssembleContext(
      Tokenizers tokenizers,
      Sessions sessions,
      SessionTail tails,
      RunningSummary summaries,
      PinnedMemories pinned,
      Recall recall) {
    this.tokenizers = tokenizers;
    this.sessions = sessions;
    this.tails = tails;
    this.summaries = summaries;
    this.pinned = pinned;
    this.recall = recall;
  }

  /** The context, without its timings. */
  public AssembleContextResponse.Builder assemble(AssembleContextRequest request) {
    TokenCounter counter = tokenizers.named(request.getTokenizer());
    String query = request.getQuery();
    WindowPolicy policy = policy(request);
    try (Context.CancellableContext reading = Context.current().withCancellation()) {
      CompletableFuture<List<Memory>> toPin =
          start(
              reading,
              () -> pinned.read(request, policy.getKind() != WindowKind.WINDOW_KIND_NEWEST));
      CompletableFuture<Tail> tail = start(reading, () -> tail(request, counter));
      CompletableFuture<List<Episode>> episodes = start(reading, () -> episodes(request, policy));
      if (query.isBlank()) {
        Closing closing = Closing.ofTail(tail.join());
        return assemble(
            request,
            policy,
            counter,
            closing,
            tail.join(),
            toPin,
            episodes,
            recall(request, closing.subject()));
      }
      CompletableFuture<Recollection> recalled = start(reading, () -> recall(request, query));
      int tokens = counter.count(query) + MessageTokens.declared(request.getAttachmentsList());
      Closing closing = Closing.withQuery(query, tokens, tail.join());
      return assemble(
          request, policy, counter, closing, tail.join(), toPin, episodes, recalled.join());
    }
  }

  private AssembleContextResponse.Builder assemble(
      AssembleContextRequest request,
      WindowPolicy policy,
      TokenCounter counter,
      Closing closing,
      Tail tail,
      CompletableFuture<List<Memory>> toPin,
      CompletableFuture<List<Episode>> episodes,
      Recollection recalled) {
    AssembleContextResponse.Builder context =
        new Assembly(request, policy, counter, closing)
            .assemble(toPin.join(), episodes.join(), recalled);
    recall.given(request.getNamespace(), context.getRecalledList());
    if (!recalled.query().isEmpty()) {
      context.setRecallId(
          RecallId.of(
              request.getNamespace(),
              recalled.query(),
              recalled.revision(),
              context.getRecalledList()));
    }
    recalled.chance().ifPresent(context::setAnswerProbability);
    return context
        .setRevision(Math.max(recalled.revision(), tail.revision()))
        .addAllNotices(recalled.notices());
  }

  private List<Episode> episodes(AssembleContextRequest request, WindowPolicy policy) {
    return policy.getKind() == WindowKind.WINDOW_KIND_NEWEST_AND_SUMMARY
            && !request.getSessionId().isEmpty()
        ? summaries.read(request.getNamespace(), request.getSessionId())
        : List.of();
  }

  private WindowPolicy policy(AssembleContextRequest request) {
    if (request.hasWindow() || request.getSessionId().isEmpty()) {
      return request.getWindow();
    }
    return sessions.require(request.getNamespace(), request.getSessionId()).getWindow();
  }

  private Tail tail(AssembleContextRequest request, TokenCounter counter) {
    return request.getSessionId().isEmpty()
        ? Tail.NONE
        : tails.read(
            request.getNamespace(),
            request.getSessionId(),
            counter,
            request.getTokensPerMessage(),
            request.getBudgetTokens(),
            request.getQuery().isBlank());
  }

  private Recollection recall(AssembleContextRequest request, String subject) {
    if (subject.isBlank() || Assembly.mostRecalled(request) == 0) {
      return Recollection.none();
    }
    return recall.recall(
        request.getNamespace(), start(subject), request.getFilter(), request.getMinRevision());
  }

  private static String start(String subject) {
    if (subject.length() <= MOST_SUBJECT_CHARS) {
      return subject;
    }
    boolean splitsPair = Character.isHighSurrogate(subject.charAt(MOST_SUBJECT_CHARS - 1));
    return subject.substring(0, MOST_SUBJECT_CHARS - (splitsPair ? 1 : 0));
  }

  private <T> CompletableFuture<T> start(Context context, Supplier<T> reading) {
    return CompletableFuture.supplyAsync(() -> within(context, reading), threads);
  }

  private static <T> T within(Context context, Supplier<T> reading) {
    Context before = context.attach();
    try {
      return reading.get();
    } finally {
      context.detach(before);
    }
  }
}
