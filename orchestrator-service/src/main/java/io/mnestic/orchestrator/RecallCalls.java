package io.mnestic.orchestrator;

import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import io.mnestic.orchestrator.chat.Chat;
import io.mnestic.orchestrator.facts.Conflicts;
import io.mnestic.orchestrator.feedback.RecallId;
import io.mnestic.orchestrator.peers.Spent;
import io.mnestic.orchestrator.prompt.AssembleContext;
import io.mnestic.orchestrator.recall.Recall;
import io.mnestic.orchestrator.recall.Recollection;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.AssembleContextResponse;
import io.mnestic.orchestrator.v1.ChatAnswer;
import io.mnestic.orchestrator.v1.ChatRequest;
import io.mnestic.orchestrator.v1.ChatResponse;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc;
import io.mnestic.orchestrator.v1.RecallRequest;
import io.mnestic.orchestrator.v1.RecallResponse;
import io.mnestic.orchestrator.v1.RecalledMemory;
import io.mnestic.wire.CallTable;
import jakarta.inject.Singleton;
import java.util.function.Function;

/** Calls that answer out of memory, and tell where their time went. */
@Singleton
final class RecallCalls {
  private static final int DEFAULT_RECALL_LIMIT = 10;

  private final AssembleContext assembleContext;
  private final Recall recall;
  private final Conflicts conflicts;
  private final Chat chat;

  RecallCalls(AssembleContext assembleContext, Recall recall, Conflicts conflicts, Chat chat) {
    this.assembleContext = assembleContext;
    this.recall = recall;
    this.conflicts = conflicts;
    this.chat = chat;
  }

  void addTo(CallTable table) {
    table
        .unary(OrchestratorServiceGrpc.getAssembleContextMethod(), this::assemble)
        .unary(OrchestratorServiceGrpc.getRecallMethod(), this::recall)
        .serverStream(OrchestratorServiceGrpc.getChatMethod(), this::chat);
  }

  private AssembleContextResponse assemble(AssembleContextRequest request) {
    return measured(spent -> {
      AssembleContextResponse.Builder context = assembleContext.assemble(request);
      return context.setTimings(spent.timings()).build();
    });
  }

  private void chat(ChatRequest request, StreamObserver<ChatResponse> reply) {
    reply.onNext(
        measured(spent -> {
          ChatAnswer.Builder answer = chat.answer(request, reply::onNext);
          return ChatResponse.newBuilder().setAnswer(answer.setTimings(spent.timings())).build();
        }));
    reply.onCompleted();
  }

  private RecallResponse recall(RecallRequest request) {
    return measured(spent -> {
      RecallResponse.Builder recalled = recalled(request);
      return recalled.setTimings(spent.timings()).build();
    });
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
}
