package io.mnestic.orchestrator;

import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Role;
import io.mnestic.orchestrator.fakes.FakeChatServer;
import io.mnestic.orchestrator.v1.ChatRequest;
import io.mnestic.orchestrator.v1.ChatResponse;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.NewTurn;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc.OrchestratorServiceBlockingStub;
import io.mnestic.orchestrator.v1.RememberRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The service with a session {@code s} in namespace {@code n}, and a model that does as told. */
final class ChatCalls implements AutoCloseable {
  final FakeChatServer model = new FakeChatServer();
  final Running running =
      new Running(
          Map.of(
              "mnestic.orchestrator.llm.base-url",
              model.baseUrl(),
              "mnestic.orchestrator.llm.api-key",
              "key-1",
              "mnestic.orchestrator.llm.model",
              "fake",
              "mnestic.orchestrator.llm.silence",
              "1s",
              "mnestic.orchestrator.llm.retry-delay",
              "1ms"));
  final OrchestratorServiceBlockingStub orchestrator = running.orchestrator();

  ChatCalls() {
    createSession(orchestrator);
  }

  /** All events of a chat. */
  List<ChatResponse> chat(ChatRequest.Builder request) {
    return chat(orchestrator, request);
  }

  static List<ChatResponse> chat(
      OrchestratorServiceBlockingStub orchestrator, ChatRequest.Builder request) {
    List<ChatResponse> events = new ArrayList<>();
    orchestrator.chat(request.build()).forEachRemaining(events::add);
    return events;
  }

  /** The turns that are in the store, in order. */
  List<Memory> turns() {
    return running.store.memories("n").stream()
        .filter(memory -> memory.getKind() == Kind.KIND_TURN)
        .sorted(Comparator.comparingLong(memory -> memory.getTurn().getSequence()))
        .toList();
  }

  void remember(String id, String key) {
    orchestrator.remember(
        RememberRequest.newBuilder().setNamespace("n").setId(id).setKey(key).build());
  }

  static ChatRequest.Builder request(String query) {
    return ChatRequest.newBuilder().setNamespace("n").setSessionId("s").setQuery(query);
  }

  static NewTurn.Builder turn(Role role, String content) {
    return NewTurn.newBuilder().setRole(role).setContent(content);
  }

  static void createSession(OrchestratorServiceBlockingStub orchestrator) {
    orchestrator.createSession(
        CreateSessionRequest.newBuilder()
            .setNamespace("n")
            .setSessionId("s")
            .setCreateNamespace(true)
            .build());
  }

  @Override
  public void close() {
    running.close();
    model.close();
  }
}
