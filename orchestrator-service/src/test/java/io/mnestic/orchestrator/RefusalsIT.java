package io.mnestic.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.mnestic.memory.v1.Filter;
import io.mnestic.memory.v1.Role;
import io.mnestic.memory.v1.ToolCall;
import io.mnestic.orchestrator.v1.AppendTurnsRequest;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.ForgetRequest;
import io.mnestic.orchestrator.v1.GetSessionRequest;
import io.mnestic.orchestrator.v1.ListSessionsRequest;
import io.mnestic.orchestrator.v1.NewTurn;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc.OrchestratorServiceBlockingStub;
import io.mnestic.orchestrator.v1.RecallRequest;
import io.mnestic.orchestrator.v1.RememberRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input: the fitting code, reason and field, and nothing is changed. */
final class RefusalsIT {
  private final Running running = new Running();
  private final OrchestratorServiceBlockingStub orchestrator = running.orchestrator();

  @BeforeEach
  void createSessions() {
    for (String namespace : new String[] {"n", "other"}) {
      for (String session : new String[] {"a", "b", "c"}) {
        orchestrator.createSession(
            CreateSessionRequest.newBuilder()
                .setNamespace(namespace)
                .setSessionId(session)
                .setCreateNamespace(true)
                .build());
      }
    }
  }

  @AfterEach
  void nothingIsChanged() {
    assertThat(running.store.memories("n")).isEmpty();
    running.close();
  }

  @Test
  void unknownNamespace() {
    Refused.by(() ->
            orchestrator.createSession(
                CreateSessionRequest.newBuilder().setNamespace("nowhere").build()))
        .because(Code.NOT_FOUND, "NAMESPACE_NOT_FOUND", "namespace");
    Refused.by(() ->
            orchestrator.recall(
                RecallRequest.newBuilder().setNamespace("nowhere").setQuery("q").build()))
        .because(Code.NOT_FOUND, "NAMESPACE_NOT_FOUND", "namespace");
    Refused.by(() ->
            orchestrator.remember(
                RememberRequest.newBuilder().setNamespace("nowhere").setKey("k").build()))
        .because(Code.NOT_FOUND, "NAMESPACE_NOT_FOUND", "namespace");
    Refused.by(() -> orchestrator.appendTurns(append("nowhere", "a", "x")))
        .because(Code.NOT_FOUND, "NAMESPACE_NOT_FOUND", "namespace");
    Refused.by(() -> orchestrator.assembleContext(context().setNamespace("nowhere").build()))
        .because(Code.NOT_FOUND, "NAMESPACE_NOT_FOUND", "namespace");
  }

  @Test
  void unknownSession() {
    Refused.by(() -> orchestrator.appendTurns(append("n", "none", "x")))
        .because(Code.NOT_FOUND, "SESSION_NOT_FOUND", "session_id");
    Refused.by(() ->
            orchestrator.getSession(
                GetSessionRequest.newBuilder().setNamespace("n").setSessionId("none").build()))
        .because(Code.NOT_FOUND, "SESSION_NOT_FOUND", "session_id");
    Refused.by(() -> orchestrator.assembleContext(context().setSessionId("none").build()))
        .because(Code.NOT_FOUND, "SESSION_NOT_FOUND", "session_id");
  }

  @ParameterizedTest
  @ValueSource(strings = {" \n\t", "\u3000", "\u2028\u00a0", "\u000b\u001c\u0085"})
  void blankText(String blank) {
    Refused.by(() -> orchestrator.appendTurns(append("n", "a", blank)))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "turns[0]");
    Refused.by(() ->
            orchestrator.recall(
                RecallRequest.newBuilder().setNamespace("n").setQuery(blank).build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "query");
    Refused.by(() ->
            orchestrator.remember(
                RememberRequest.newBuilder().setNamespace("n").setKey(blank).build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "key");
  }

  @Test
  void textOverOneMebibyte() {
    String long1 = "好".repeat((1 << 20) / 3 + 1);
    Refused.by(() -> orchestrator.appendTurns(append("n", "a", long1)))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "turns[0].content");
    Refused.by(() ->
            orchestrator.remember(
                RememberRequest.newBuilder().setNamespace("n").setKey(long1).build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "key");
    Refused.by(() ->
            orchestrator.remember(
                RememberRequest.newBuilder().setNamespace("n").setKey("k").setValue(long1).build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "value");
    Refused.by(() -> orchestrator.assembleContext(context().setSystemPrompt(long1).build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "system_prompt");
  }

  @Test
  void unknownTokenizer() {
    Refused.by(() -> orchestrator.assembleContext(context().setTokenizer("gpt-9").build()))
        .because(Code.NOT_FOUND, "UNKNOWN_TOKENIZER", "tokenizer");
  }

  @Test
  void unknownModel() {
    Refused.by(() ->
            orchestrator.createSession(
                CreateSessionRequest.newBuilder()
                    .setNamespace("new")
                    .setCreateNamespace(true)
                    .setModel("none")
                    .build()))
        .because(Code.NOT_FOUND, "UNKNOWN_MODEL", "model");
  }

  @Test
  void budgetTooSmall() {
    Refused refused =
        Refused.by(() ->
            orchestrator.assembleContext(
                context().setSystemPrompt("Be kind and brief.").setBudgetTokens(3).build()));
    refused.because(Code.INVALID_ARGUMENT, "BUDGET_TOO_SMALL", "budget_tokens");
    int required = Integer.parseInt(refused.info().getMetadataOrThrow("required_tokens"));
    assertThat(
            orchestrator
                .assembleContext(
                    context()
                        .setSystemPrompt("Be kind and brief.")
                        .setBudgetTokens(required)
                        .build())
                .getTotalTokens())
        .isEqualTo(required);
  }

  @Test
  void unknownPinnedMemory() {
    Refused.by(() -> orchestrator.assembleContext(context().addPinnedIds("none").build()))
        .because(Code.NOT_FOUND, "MEMORY_NOT_FOUND", "pinned_ids[0]");
  }

  @Test
  void unknownMemoryToForget() {
    Refused.by(() ->
            orchestrator.forget(
                ForgetRequest.newBuilder().setNamespace("n").addMemoryIds("none").build()))
        .because(Code.NOT_FOUND, "MEMORY_NOT_FOUND", "memory_ids");
  }

  @Test
  void pageTokenOfAnotherRequest() {
    String token =
        orchestrator
            .listSessions(ListSessionsRequest.newBuilder().setNamespace("n").setPageSize(1).build())
            .getNextPageToken();
    assertThat(token).isNotEmpty();
    Refused.by(() ->
            orchestrator.listSessions(
                ListSessionsRequest.newBuilder().setNamespace("other").setPageToken(token).build()))
        .because(Code.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID", "page_token");
  }

  @Test
  void idsWithControlCharacters() {
    Refused.by(() ->
            orchestrator.createSession(
                CreateSessionRequest.newBuilder()
                    .setNamespace("n\u0000")
                    .setSessionId("a\nb")
                    .build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "namespace", "session_id");
  }

  @Test
  void controlCharactersInMemoryIds() {
    Refused.by(() ->
            orchestrator.forget(
                ForgetRequest.newBuilder()
                    .setNamespace("n")
                    .setRequestId("r\u0000")
                    .addMemoryIds("fine")
                    .addMemoryIds("a\u0007")
                    .build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "request_id", "memory_ids[1]");
    Refused.by(() ->
            orchestrator.assembleContext(
                context().setTokenizer("t\n").addPinnedIds("fine").addPinnedIds("a\u0085").build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "tokenizer", "pinned_ids[1]");
    Refused.by(() ->
            orchestrator.remember(
                RememberRequest.newBuilder().setNamespace("n").setId("a\tb").setKey("k").build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "id");
    Refused.by(() ->
            orchestrator.recall(
                RecallRequest.newBuilder()
                    .setNamespace("n")
                    .setQuery("q")
                    .setFilter(Filter.newBuilder().addSessions("a\n").addSpeakers("b\u0000"))
                    .build()))
        .because(
            Code.INVALID_ARGUMENT, "INVALID_FIELD", "filter.sessions[0]", "filter.speakers[0]");
  }

  @Test
  void controlCharactersInToolCalls() {
    NewTurn calls =
        NewTurn.newBuilder()
            .setRole(Role.ROLE_ASSISTANT)
            .addToolCalls(ToolCall.newBuilder().setId("c1").setName("weather"))
            .addToolCalls(ToolCall.newBuilder().setId("c\u0001").setName("wea\nther"))
            .build();
    NewTurn answers =
        NewTurn.newBuilder()
            .setRole(Role.ROLE_TOOL)
            .setSpeaker("b\u001b")
            .setContent("rain")
            .setToolCallId("c\u0001")
            .build();

    Refused.by(() ->
            orchestrator.appendTurns(
                append("n", "a", "x").toBuilder().addTurns(calls).addTurns(answers).build()))
        .because(
            Code.INVALID_ARGUMENT,
            "INVALID_FIELD",
            "turns[1].tool_calls[1].id",
            "turns[1].tool_calls[1].name",
            "turns[2].speaker",
            "turns[2].tool_call_id");
  }

  @Test
  void aSessionWithOtherSettings() {
    Refused.by(() ->
            orchestrator.createSession(
                CreateSessionRequest.newBuilder()
                    .setNamespace("n")
                    .setSessionId("a")
                    .setTitle("another")
                    .build()))
        .because(Code.ALREADY_EXISTS, "SESSION_EXISTS", "session_id");
  }

  private static AppendTurnsRequest append(String namespace, String session, String content) {
    return AppendTurnsRequest.newBuilder()
        .setNamespace(namespace)
        .setSessionId(session)
        .addTurns(NewTurn.newBuilder().setContent(content))
        .build();
  }

  private static AssembleContextRequest.Builder context() {
    return AssembleContextRequest.newBuilder()
        .setNamespace("n")
        .setSessionId("a")
        .setQuery("What now?")
        .setBudgetTokens(100);
  }
}
