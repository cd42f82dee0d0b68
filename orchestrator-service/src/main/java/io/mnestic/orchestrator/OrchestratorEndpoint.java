package io.mnestic.orchestrator;

import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import io.mnestic.orchestrator.chat.Chat;
import io.mnestic.orchestrator.compaction.ListSources;
import io.mnestic.orchestrator.consolidation.Consolidations;
import io.mnestic.orchestrator.facts.Conflicts;
import io.mnestic.orchestrator.facts.GetProfile;
import io.mnestic.orchestrator.feedback.FeedbackRecords;
import io.mnestic.orchestrator.feedback.RecallId;
import io.mnestic.orchestrator.feedback.RecordFeedback;
import io.mnestic.orchestrator.peers.Spent;
import io.mnestic.orchestrator.prompt.AssembleContext;
import io.mnestic.orchestrator.recall.Recall;
import io.mnestic.orchestrator.recall.Recollection;
import io.mnestic.orchestrator.remembering.AppendTurns;
import io.mnestic.orchestrator.remembering.Forget;
import io.mnestic.orchestrator.remembering.Remember;
import io.mnestic.orchestrator.session.CreateSession;
import io.mnestic.orchestrator.session.DeleteSession;
import io.mnestic.orchestrator.session.Sessions;
import io.mnestic.orchestrator.session.UpdateSession;
import io.mnestic.orchestrator.v1.AppendTurnsRequest;
import io.mnestic.orchestrator.v1.AppendTurnsResponse;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.AssembleContextResponse;
import io.mnestic.orchestrator.v1.CancelConsolidationRequest;
import io.mnestic.orchestrator.v1.CancelConsolidationResponse;
import io.mnestic.orchestrator.v1.ChatAnswer;
import io.mnestic.orchestrator.v1.ChatRequest;
import io.mnestic.orchestrator.v1.ChatResponse;
import io.mnestic.orchestrator.v1.ConsolidateNamespaceRequest;
import io.mnestic.orchestrator.v1.ConsolidateNamespaceResponse;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.CreateSessionResponse;
import io.mnestic.orchestrator.v1.DeleteSessionRequest;
import io.mnestic.orchestrator.v1.DeleteSessionResponse;
import io.mnestic.orchestrator.v1.ForgetRequest;
import io.mnestic.orchestrator.v1.ForgetResponse;
import io.mnestic.orchestrator.v1.GetConsolidationRequest;
import io.mnestic.orchestrator.v1.GetConsolidationResponse;
import io.mnestic.orchestrator.v1.GetProfileRequest;
import io.mnestic.orchestrator.v1.GetProfileResponse;
import io.mnestic.orchestrator.v1.GetSessionRequest;
import io.mnestic.orchestrator.v1.GetSessionResponse;
import io.mnestic.orchestrator.v1.ListConsolidationsRequest;
import io.mnestic.orchestrator.v1.ListConsolidationsResponse;
import io.mnestic.orchestrator.v1.ListFeedbackRequest;
import io.mnestic.orchestrator.v1.ListFeedbackResponse;
import io.mnestic.orchestrator.v1.ListSessionsRequest;
import io.mnestic.orchestrator.v1.ListSessionsResponse;
import io.mnestic.orchestrator.v1.ListSourcesRequest;
import io.mnestic.orchestrator.v1.ListSourcesResponse;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc.OrchestratorServiceImplBase;
import io.mnestic.orchestrator.v1.RecallRequest;
import io.mnestic.orchestrator.v1.RecallResponse;
import io.mnestic.orchestrator.v1.RecalledMemory;
import io.mnestic.orchestrator.v1.RecordFeedbackRequest;
import io.mnestic.orchestrator.v1.RecordFeedbackResponse;
import io.mnestic.orchestrator.v1.RememberRequest;
import io.mnestic.orchestrator.v1.RememberResponse;
import io.mnestic.orchestrator.v1.UpdateSessionRequest;
import io.mnestic.orchestrator.v1.UpdateSessionResponse;
import jakarta.inject.Singleton;
import java.util.function.Function;

/** The wire: each call goes to the one class that does it. */
@Singleton
final class OrchestratorEndpoint extends OrchestratorServiceImplBase {
  private static final int DEFAULT_RECALL_LIMIT = 10;

  private final Sessions sessions;
  private final CreateSession createSession;
  private final UpdateSession updateSession;
  private final DeleteSession deleteSession;
  private final AppendTurns appendTurns;
  private final AssembleContext assembleContext;
  private final Recall recall;
  private final Remember remember;
  private final Forget forget;
  private final ListSources listSources;
  private final GetProfile getProfile;
  private final Conflicts conflicts;
  private final Consolidations consolidations;
  private final RecordFeedback recordFeedback;
  private final FeedbackRecords feedback;
  private final Chat chat;

  OrchestratorEndpoint(
      Sessions sessions,
      CreateSession createSession,
      UpdateSession updateSession,
      DeleteSession deleteSession,
      AppendTurns appendTurns,
      AssembleContext assembleContext,
      Recall recall,
      Remember remember,
      Forget forget,
      ListSources listSources,
      GetProfile getProfile,
      Conflicts conflicts,
      Consolidations consolidations,
      RecordFeedback recordFeedback,
      FeedbackRecords feedback,
      Chat chat) {
    this.sessions = sessions;
    this.createSession = createSession;
    this.updateSession = updateSession;
    this.deleteSession = deleteSession;
    this.appendTurns = appendTurns;
    this.assembleContext = assembleContext;
    this.recall = recall;
    this.remember = remember;
    this.forget = forget;
    this.listSources = listSources;
    this.getProfile = getProfile;
    this.conflicts = conflicts;
    this.consolidations = consolidations;
    this.recordFeedback = recordFeedback;
    this.feedback = feedback;
    this.chat = chat;
  }

  @Override
  public void createSession(
      CreateSessionRequest request, StreamObserver<CreateSessionResponse> reply) {
    answer(reply, createSession.create(request));
  }

  @Override
  public void getSession(GetSessionRequest request, StreamObserver<GetSessionResponse> reply) {
    answer(
        reply,
        GetSessionResponse.newBuilder()
            .setSession(sessions.get(request.getNamespace(), request.getSessionId()))
            .build());
  }

  @Override
  public void listSessions(
      ListSessionsRequest request, StreamObserver<ListSessionsResponse> reply) {
    answer(reply, sessions.list(request));
  }

  @Override
  public void updateSession(
      UpdateSessionRequest request, StreamObserver<UpdateSessionResponse> reply) {
    answer(reply, updateSession.update(request));
  }

  @Override
  public void deleteSession(
      DeleteSessionRequest request, StreamObserver<DeleteSessionResponse> reply) {
    answer(reply, deleteSession.delete(request));
  }

  @Override
  public void appendTurns(AppendTurnsRequest request, StreamObserver<AppendTurnsResponse> reply) {
    answer(reply, appendTurns.append(request));
  }

  @Override
  public void assembleContext(
      AssembleContextRequest request, StreamObserver<AssembleContextResponse> reply) {
    answer(
        reply,
        measured(spent -> {
          AssembleContextResponse.Builder context = assembleContext.assemble(request);
          return context.setTimings(spent.timings()).build();
        }));
  }

  @Override
  public void chat(ChatRequest request, StreamObserver<ChatResponse> reply) {
    answer(
        reply,
        measured(spent -> {
          ChatAnswer.Builder answer = chat.answer(request, reply::onNext);
          return ChatResponse.newBuilder().setAnswer(answer.setTimings(spent.timings())).build();
        }));
  }

  @Override
  public void recall(RecallRequest request, StreamObserver<RecallResponse> reply) {
    answer(
        reply,
        measured(spent -> {
          RecallResponse.Builder recalled = recalled(request);
          return recalled.setTimings(spent.timings()).build();
        }));
  }

  @Override
  public void remember(RememberRequest request, StreamObserver<RememberResponse> reply) {
    answer(reply, remember.remember(request));
  }

  @Override
  public void forget(ForgetRequest request, StreamObserver<ForgetResponse> reply) {
    answer(reply, forget.forget(request));
  }

  @Override
  public void listSources(ListSourcesRequest request, StreamObserver<ListSourcesResponse> reply) {
    answer(reply, listSources.list(request));
  }

  @Override
  public void getProfile(GetProfileRequest request, StreamObserver<GetProfileResponse> reply) {
    answer(reply, getProfile.get(request));
  }

  @Override
  public void consolidateNamespace(
      ConsolidateNamespaceRequest request, StreamObserver<ConsolidateNamespaceResponse> reply) {
    answer(reply, consolidations.begin(request));
  }

  @Override
  public void getConsolidation(
      GetConsolidationRequest request, StreamObserver<GetConsolidationResponse> reply) {
    answer(reply, consolidations.get(request));
  }

  @Override
  public void listConsolidations(
      ListConsolidationsRequest request, StreamObserver<ListConsolidationsResponse> reply) {
    answer(reply, consolidations.list(request));
  }

  @Override
  public void cancelConsolidation(
      CancelConsolidationRequest request, StreamObserver<CancelConsolidationResponse> reply) {
    answer(reply, consolidations.cancel(request));
  }

  @Override
  public void recordFeedback(
      RecordFeedbackRequest request, StreamObserver<RecordFeedbackResponse> reply) {
    answer(reply, recordFeedback.record(request));
  }

  @Override
  public void listFeedback(
      ListFeedbackRequest request, StreamObserver<ListFeedbackResponse> reply) {
    answer(reply, feedback.list(request));
  }

  private RecallResponse.Builder recalled(RecallRequest request) {
    Recollection recollection =
        recall.recall(
            request.getNamespace(),
            request.getQuery(),
            request.getFilter(),
            request.getMinRevision(),
            request.getWeightsList());
    int asked = request.getLimit() == 0 ? DEFAULT_RECALL_LIMIT : request.getLimit();
    int limit = recollection.isLessProbableThan(request.getMinAnswerProbability()) ? 0 : asked;
    RecallResponse.Builder reply =
        RecallResponse.newBuilder()
            .setRevision(recollection.revision())
            .addAllNotices(recollection.notices());
    recollection.chance().ifPresent(reply::setAnswerProbability);
    for (int rank = 0; rank < Math.min(limit, recollection.size()); rank++) {
      RecalledMemory recalled = recollection.explained(rank);
      reply.addMemories(
          request.getWithConflicts()
              ? conflicts.shown(request.getNamespace(), recalled)
              : recalled);
    }
    recall.given(request.getNamespace(), reply.getMemoriesList());
    return reply.setRecallId(
        RecallId.of(
            request.getNamespace(),
            request.getQuery(),
            reply.getRevision(),
            reply.getMemoriesList()));
  }

  private static <T> T measured(Function<Spent, T> call) {
    Spent spent = new Spent();
    Context context = spent.within(Context.current());
    Context before = context.attach();
    try {
      return call.apply(spent);
    } finally {
      context.detach(before);
    }
  }

  private static <T> void answer(StreamObserver<T> observer, T reply) {
    observer.onNext(reply);
    observer.onCompleted();
  }
}
