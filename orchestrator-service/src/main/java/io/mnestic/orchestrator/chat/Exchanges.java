package io.mnestic.orchestrator.chat;

import io.grpc.StatusRuntimeException;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.GetMemoryRequest;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.Role;
import io.mnestic.orchestrator.llm.Completion;
import io.mnestic.orchestrator.peers.PeerFailure;
import io.mnestic.orchestrator.remembering.AppendTurns;
import io.mnestic.orchestrator.remembering.RequestIds;
import io.mnestic.orchestrator.v1.AppendTurnsRequest;
import io.mnestic.orchestrator.v1.AppendTurnsResponse;
import io.mnestic.orchestrator.v1.AppendedTurn;
import io.mnestic.orchestrator.v1.ChatAnswer;
import io.mnestic.orchestrator.v1.ChatRequest;
import io.mnestic.orchestrator.v1.NewTurn;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/**
 * Messages with their answers, as the two turns that they are. A model never gives the same answer
 * twice, so a request id names the turns themselves: a repeat finds them, however late it comes.
 */
@Singleton
final class Exchanges {
  private final AppendTurns appendTurns;
  private final MemoryStoreServiceBlockingStub store;

  Exchanges(AppendTurns appendTurns, MemoryStoreServiceBlockingStub store) {
    this.appendTurns = appendTurns;
    this.store = store;
  }

  /**
   * The answer that an earlier call with the same request id got.
   *
   * @throws Refusal REQUEST_ID_REUSED if that call asked something else
   */
  Optional<ChatAnswer.Builder> find(ChatRequest request) {
    if (request.getRequestId().isEmpty()) {
      return Optional.empty();
    }
    TurnIds ids = TurnIds.of(request);
    Optional<Memory> answer = read(request.getNamespace(), ids.answer());
    if (answer.isEmpty()) {
      return Optional.empty();
    }
    if (!AnswerAttributes.digest(answer.get()).equals(AnswerAttributes.digest(request))) {
      throw reused("request_id was used before for another chat: take another one");
    }
    ChatAnswer.Builder reply = AnswerAttributes.read(answer.get());
    read(request.getNamespace(), ids.question()).ifPresent(turn -> reply.addTurns(appended(turn)));
    return Optional.of(
        reply
            .addTurns(appended(answer.get()))
            .setText(answer.get().getValue())
            .setRevision(answer.get().getRevision())
            .setReplayed(true));
  }

  /**
   * Appends both turns, or none.
   *
   * @throws Refusal REQUEST_ID_REUSED if another call with this request id was faster
   */
  ChatAnswer.Builder keep(ChatRequest request, Completion completion, Citations citations) {
    ChatAnswer.Builder answer =
        ChatAnswer.newBuilder()
            .setText(citations.text())
            .setFinishReason(completion.finish())
            .setModel(completion.model())
            .setPromptTokens(completion.promptTokens())
            .setAnswerTokens(completion.answerTokens())
            .addAllCitations(citations.cited());
    AppendTurnsRequest turns =
        AppendTurnsRequest.newBuilder()
            .setNamespace(request.getNamespace())
            .setSessionId(request.getSessionId())
            .addTurns(
                NewTurn.newBuilder()
                    .setRole(Role.ROLE_USER)
                    .setSpeaker(request.getSpeaker())
                    .setContent(request.getQuery()))
            .addTurns(
                NewTurn.newBuilder()
                    .setRole(Role.ROLE_ASSISTANT)
                    .setContent(citations.text())
                    .putAllAttributes(AnswerAttributes.of(request, answer)))
            .build();
    AppendTurnsResponse appended = append(request, turns);
    return answer
        .addAllTurns(appended.getTurnsList())
        .setRevision(appended.getRevision())
        .addAllNotices(appended.getNoticesList());
  }

  private AppendTurnsResponse append(ChatRequest request, AppendTurnsRequest turns) {
    if (request.getRequestId().isEmpty()) {
      return appendTurns.append(turns, "", List.of());
    }
    TurnIds ids = TurnIds.of(request);
    try {
      return appendTurns.append(
          turns, RequestIds.of("chat", ids.answer()), List.of(ids.question(), ids.answer()));
    } catch (StatusRuntimeException e) {
      if (PeerFailure.is(e, Reason.REASON_REQUEST_ID_REUSED)) {
        throw reused(
            "another call with this request_id was answered first: repeat this one to get that"
                + " answer");
      }
      throw e;
    }
  }

  private Optional<Memory> read(String namespace, String id) {
    return PeerFailure.unless(
        Reason.REASON_MEMORY_NOT_FOUND,
        () ->
            store
                .getMemory(GetMemoryRequest.newBuilder().setNamespace(namespace).setId(id).build())
                .getMemory());
  }

  private static Refusal reused(String message) {
    return Refusal.of(Reason.REASON_REQUEST_ID_REUSED, message).withField("request_id");
  }

  private static AppendedTurn appended(Memory turn) {
    return AppendedTurn.newBuilder()
        .setMemoryId(turn.getId())
        .setSequence(turn.getTurn().getSequence())
        .build();
  }

  /** The ids of both turns' memories. */
  private record TurnIds(String question, String answer) {
    static TurnIds of(ChatRequest request) {
      String exchange = "chat-" + Digest.of(request.getSessionId() + "\0" + request.getRequestId());
      return new TurnIds(exchange + "-1", exchange + "-2");
    }
  }
}
