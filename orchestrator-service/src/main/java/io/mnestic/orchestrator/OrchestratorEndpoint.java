package io.mnestic.orchestrator;

import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import io.mnestic.orchestrator.chat.Chat;
import io.mnestic.orchestrator.document.Documents;
import io.mnestic.orchestrator.document.IngestDocument;
import io.mnestic.orchestrator.feedback.FeedbackRecords;
import io.mnestic.orchestrator.feedback.RecallId;
import io.mnestic.orchestrator.feedback.RecordFeedback;
import io.mnestic.orchestrator.peers.Spent;
import io.mnestic.orchestrator.prompt.AssembleContext;
import io.mnestic.orchestrator.recall.Recall;
import io.mnestic.orchestrator.recall.Recollection;
import io.mnestic.orchestrator.remembering.AppendStreams;
import io.mnestic.orchestrator.remembering.AppendTurns;
import io.mnestic.orchestrator.remembering.Forget;
import io.mnestic.orchestrator.remembering.Remember;
import io.mnestic.orchestrator.session.CreateSession;
import io.mnestic.orchestrator.session.DeleteSession;
import io.mnestic.orchestrator.session.Sessions;
import io.mnestic.orchestrator.template.BuildPrompt;
import io.mnestic.orchestrator.template.PutTemplate;
import io.mnestic.orchestrator.template.Templates;
import io.mnestic.orchestrator.v1.AppendTurnsRequest;
import io.mnestic.orchestrator.v1.AppendTurnsResponse;
import io.mnestic.orchestrator.v1.AppendTurnsStreamRequest;
import io.mnestic.orchestrator.v1.AppendTurnsStreamResponse;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.AssembleContextResponse;
import io.mnestic.orchestrator.v1.BuildPromptRequest;
import io.mnestic.orchestrator.v1.BuildPromptResponse;
import io.mnestic.orchestrator.v1.ChatAnswer;
import io.mnestic.orchestrator.v1.ChatRequest;
import io.mnestic.orchestrator.v1.ChatResponse;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.CreateSessionResponse;
import io.mnestic.orchestrator.v1.DeleteDocumentRequest;
import io.mnestic.orchestrator.v1.DeleteDocumentResponse;
import io.mnestic.orchestrator.v1.DeleteSessionRequest;
import io.mnestic.orchestrator.v1.DeleteSessionResponse;
import io.mnestic.orchestrator.v1.DeleteTemplateRequest;
import io.mnestic.orchestrator.v1.DeleteTemplateResponse;
import io.mnestic.orchestrator.v1.ExtractAnswerRequest;
import io.mnestic.orchestrator.v1.ExtractAnswerResponse;
import io.mnestic.orchestrator.v1.ForgetRequest;
import io.mnestic.orchestrator.v1.ForgetResponse;
import io.mnestic.orchestrator.v1.GetSessionRequest;
import io.mnestic.orchestrator.v1.GetSessionResponse;
import io.mnestic.orchestrator.v1.GetTemplateRequest;
import io.mnestic.orchestrator.v1.GetTemplateResponse;
import io.mnestic.orchestrator.v1.IngestDocumentRequest;
import io.mnestic.orchestrator.v1.IngestDocumentResponse;
import io.mnestic.orchestrator.v1.ListDocumentsRequest;
import io.mnestic.orchestrator.v1.ListDocumentsResponse;
import io.mnestic.orchestrator.v1.ListFeedbackRequest;
import io.mnestic.orchestrator.v1.ListFeedbackResponse;
import io.mnestic.orchestrator.v1.ListSessionsRequest;
import io.mnestic.orchestrator.v1.ListSessionsResponse;
import io.mnestic.orchestrator.v1.ListTemplatesRequest;
import io.mnestic.orchestrator.v1.ListTemplatesResponse;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc.OrchestratorServiceImplBase;
import io.mnestic.orchestrator.v1.PutTemplateRequest;
import io.mnestic.orchestrator.v1.PutTemplateResponse;
import io.mnestic.orchestrator.v1.RecallRequest;
import io.mnestic.orchestrator.v1.RecallResponse;
import io.mnestic.orchestrator.v1.RecordFeedbackRequest;
import io.mnestic.orchestrator.v1.RecordFeedbackResponse;
import io.mnestic.orchestrator.v1.RememberRequest;
import io.mnestic.orchestrator.v1.RememberResponse;
import jakarta.inject.Singleton;
import java.util.function.Function;

/** The wire: each call goes to the one class that does it. */
@Singleton
final class OrchestratorEndpoint extends OrchestratorServiceImplBase {
  private static final int DEFAULT_RECALL_LIMIT = 10;

  private final Sessions sessions;
  private final CreateSession createSession;
  private final DeleteSession deleteSession;
  private final AppendTurns appendTurns;
  private final AssembleContext assembleContext;
  private final Recall recall;
  private final Remember remember;
  private final Forget forget;
  private final RecordFeedback recordFeedback;
  private final FeedbackRecords feedback;
  private final Chat chat;
  private final PutTemplate putTemplate;
  private final Templates templates;
  private final BuildPrompt buildPrompt;
  private final IngestDocument ingestDocument;
  private final Documents documents;
  private final AppendStreams appendStreams;

  OrchestratorEndpoint(
      Sessions sessions,
      CreateSession createSession,
      DeleteSession deleteSession,
      AppendTurns appendTurns,
      AssembleContext assembleContext,
      Recall recall,
      Remember remember,
      Forget forget,
      RecordFeedback recordFeedback,
      FeedbackRecords feedback,
      Chat chat,
      PutTemplate putTemplate,
      Templates templates,
      BuildPrompt buildPrompt,
      IngestDocument ingestDocument,
      Documents documents,
      AppendStreams appendStreams) {
    this.sessions = sessions;
    this.createSession = createSession;
    this.deleteSession = deleteSession;
    this.appendTurns = appendTurns;
    this.assembleContext = assembleContext;
    this.recall = recall;
    this.remember = remember;
    this.forget = forget;
    this.recordFeedback = recordFeedback;
    this.feedback = feedback;
    this.chat = chat;
    this.putTemplate = putTemplate;
    this.templates = templates;
    this.buildPrompt = buildPrompt;
    this.ingestDocument = ingestDocument;
    this.documents = documents;
    this.appendStreams = appendStreams;
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
  public void deleteSession(
      DeleteSessionRequest request, StreamObserver<DeleteSessionResponse> reply) {
    answer(reply, deleteSession.delete(request));
  }

  @Override
  public void appendTurns(AppendTurnsRequest request, StreamObserver<AppendTurnsResponse> reply) {
    answer(reply, appendTurns.append(request));
  }

  @Override
  public StreamObserver<AppendTurnsStreamRequest> appendTurnsStream(
      StreamObserver<AppendTurnsStreamResponse> reply) {
    return appendStreams.open(reply);
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
  public void recordFeedback(
      RecordFeedbackRequest request, StreamObserver<RecordFeedbackResponse> reply) {
    answer(reply, recordFeedback.record(request));
  }

  @Override
  public void listFeedback(
      ListFeedbackRequest request, StreamObserver<ListFeedbackResponse> reply) {
    answer(reply, feedback.list(request));
  }

  @Override
  public void putTemplate(PutTemplateRequest request, StreamObserver<PutTemplateResponse> reply) {
    answer(reply, putTemplate.put(request));
  }

  @Override
  public void getTemplate(GetTemplateRequest request, StreamObserver<GetTemplateResponse> reply) {
    answer(reply, templates.get(request.getNamespace(), request.getName(), request.getVersion()));
  }

  @Override
  public void listTemplates(
      ListTemplatesRequest request, StreamObserver<ListTemplatesResponse> reply) {
    answer(reply, templates.list(request));
  }

  @Override
  public void deleteTemplate(
      DeleteTemplateRequest request, StreamObserver<DeleteTemplateResponse> reply) {
    answer(reply, templates.delete(request));
  }

  @Override
  public void buildPrompt(BuildPromptRequest request, StreamObserver<BuildPromptResponse> reply) {
    answer(reply, buildPrompt.build(request));
  }

  @Override
  public void extractAnswer(
      ExtractAnswerRequest request, StreamObserver<ExtractAnswerResponse> reply) {
    answer(reply, buildPrompt.extract(request));
  }

  @Override
  public void ingestDocument(
      IngestDocumentRequest request, StreamObserver<IngestDocumentResponse> reply) {
    answer(reply, ingestDocument.ingest(request));
  }

  @Override
  public void listDocuments(
      ListDocumentsRequest request, StreamObserver<ListDocumentsResponse> reply) {
    answer(reply, documents.list(request));
  }

  @Override
  public void deleteDocument(
      DeleteDocumentRequest request, StreamObserver<DeleteDocumentResponse> reply) {
    answer(reply, documents.delete(request));
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
      reply.addMemories(recollection.explained(rank));
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
