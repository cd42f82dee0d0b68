package io.mnestic.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.Status.Code;
import io.mnestic.memory.v1.AttributeValue;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Role;
import io.mnestic.memory.v1.ToolCall;
import io.mnestic.orchestrator.fakes.FakeChatServer;
import io.mnestic.orchestrator.v1.AppendTurnsRequest;
import io.mnestic.orchestrator.v1.AppendedTurn;
import io.mnestic.orchestrator.v1.ChatAnswer;
import io.mnestic.orchestrator.v1.ChatRequest;
import io.mnestic.orchestrator.v1.ChatResponse;
import io.mnestic.orchestrator.v1.Citation;
import io.mnestic.orchestrator.v1.FinishReason;
import io.mnestic.orchestrator.v1.NewTurn;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc.OrchestratorServiceBlockingStub;
import io.mnestic.orchestrator.v1.RecalledMemory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers, over a real channel with a model behind a real HTTP server. */
final class ChatIT {
  private final ChatCalls calls = new ChatCalls();
  private final FakeChatServer model = calls.model;
  private final OrchestratorServiceBlockingStub orchestrator = calls.orchestrator;

  @AfterEach
  void stop() {
    calls.close();
  }

  @Test
  void anAnswerIsStreamedAndBothTurnsAreAppended() {
    model.thenAnswers("Hello", ", ", "Ann.");
    List<ChatResponse> events = calls.chat(ChatCalls.request("Hi there").setSpeaker("Ann"));

    assertThat(events.getFirst().getContext().getMessagesList()).isNotEmpty();
    assertThat(events.subList(1, events.size() - 1))
        .extracting(ChatResponse::getText)
        .containsExactly("Hello", ", ", "Ann.");
    ChatAnswer answer = events.getLast().getAnswer();
    assertThat(answer.getText()).isEqualTo("Hello, Ann.");
    assertThat(answer.getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
    assertThat(answer.getModel()).isEqualTo("fake-1");
    assertThat(answer.getPromptTokens()).isEqualTo(70);
    assertThat(answer.getAnswerTokens()).isEqualTo(7);
    assertThat(answer.getReplayed()).isFalse();
    assertThat(answer.getRevision()).isPositive();
    assertThat(answer.getTurnsList()).extracting(AppendedTurn::getSequence).containsExactly(1L, 2L);
    assertThat(calls.turns())
        .extracting(Memory::getValue)
        .containsExactly("Hi there", "Hello, Ann.");
    assertThat(calls.turns())
        .extracting(turn -> turn.getTurn().getRole())
        .containsExactly(Role.ROLE_USER, Role.ROLE_ASSISTANT);
    assertThat(calls.turns().getFirst().getTurn().getSpeaker()).isEqualTo("Ann");
  }

  @Test
  void theModelIsAskedForTheContextInItsProtocol() {
    orchestrator.appendTurns(
        AppendTurnsRequest.newBuilder()
            .setNamespace("n")
            .setSessionId("s")
            .addTurns(ChatCalls.turn(Role.ROLE_USER, "Weather?").setSpeaker("Ann Lee <x>"))
            .addTurns(
                NewTurn.newBuilder()
                    .setRole(Role.ROLE_ASSISTANT)
                    .addToolCalls(
                        ToolCall.newBuilder()
                            .setId("call-1")
                            .setName("weather")
                            .setArguments("{\"city\":\"Graz\"}")))
            .addTurns(ChatCalls.turn(Role.ROLE_TOOL, "18 degrees").setToolCallId("call-1"))
            .addTurns(ChatCalls.turn(Role.ROLE_ASSISTANT, "Mild."))
            .build());
    model.thenAnswers("Yes.");
    calls.chat(
        ChatCalls.request("An umbrella?")
            .setSystemPrompt("Be brief.")
            .setMaxRecalled(0)
            .setAnswerTokens(50)
            .setTemperature(0.5));

    assertThat(model.keys).containsExactly("Bearer key-1");
    JsonNode asked = model.requests.getFirst();
    assertThat(asked.get("stream").asBoolean()).isTrue();
    assertThat(asked.get("model").asText()).isEqualTo("fake");
    assertThat(asked.get("max_completion_tokens").asInt()).isEqualTo(50);
    assertThat(asked.get("temperature").asDouble()).isEqualTo(0.5);
    JsonNode messages = asked.get("messages");
    assertThat(messages.findValuesAsText("role"))
        .containsExactly("system", "user", "assistant", "tool", "assistant", "user");
    assertThat(messages.get(0).get("content").asText()).isEqualTo("Be brief.");
    assertThat(messages.get(1).get("name").asText()).isEqualTo("Ann_Lee_x_");
    assertThat(messages.get(2).has("content")).isFalse();
    assertThat(messages.get(2).at("/tool_calls/0/id").asText()).isEqualTo("call-1");
    assertThat(messages.get(2).at("/tool_calls/0/type").asText()).isEqualTo("function");
    assertThat(messages.get(2).at("/tool_calls/0/function/name").asText()).isEqualTo("weather");
    assertThat(messages.get(2).at("/tool_calls/0/function/arguments").asText())
        .isEqualTo("{\"city\":\"Graz\"}");
    assertThat(messages.get(3).get("tool_call_id").asText()).isEqualTo("call-1");
    assertThat(messages.get(5).get("content").asText()).isEqualTo("An umbrella?");
  }

  @Test
  void anAnswerCitesTheMemoriesItRestsOn() {
    calls.remember("tea", "Ann likes green tea");
    calls.remember("run", "Ann ran a charity race");
    model.then(client -> {
      String context = model.requests.getFirst().toString();
      assertThat(context).contains("- [m1] Ann likes green tea").contains("cite it by its mark");
      client.open();
      client.piece("Green tea [m");
      client.piece("1], and she ran [m2, m1]. See [m99] and [1].");
      client.finish("stop");
      client.done();
    });
    List<ChatResponse> events =
        calls.chat(ChatCalls.request("Which green tea does Ann like?").setRequestId("c1"));

    assertThat(events.getFirst().getContext().getRecalledList())
        .extracting(RecalledMemory::getMark, memory -> memory.getMemory().getId())
        .containsExactly(tuple("m1", "tea"), tuple("m2", "run"));
    ChatAnswer answer = events.getLast().getAnswer();
    assertThat(answer.getText()).isEqualTo("Green tea, and she ran. See [m99] and [1].");
    assertThat(answer.getCitationsList())
        .extracting(Citation::getMark, Citation::getMemoryId)
        .containsExactly(tuple("m1", "tea"), tuple("m2", "run"));
    assertThat(calls.turns().getLast().getValue()).isEqualTo(answer.getText());
    assertThat(calls.turns().getLast().getAttributesMap())
        .containsEntry("chat.cites.1", AttributeValue.newBuilder().setText("tea").build())
        .containsEntry("chat.model", AttributeValue.newBuilder().setText("fake-1").build());
  }

  @Test
  void aRepeatGivesTheAnswerThatWasKeptAndAsksNoModel() {
    calls.remember("tea", "Ann likes green tea");
    model.thenAnswers("Green tea [m1].");
    ChatRequest.Builder request = ChatCalls.request("Which tea does Ann like?").setRequestId("c1");
    ChatAnswer first = calls.chat(request).getLast().getAnswer();
    List<ChatResponse> again = calls.chat(request);

    assertThat(again).hasSize(2);
    assertThat(again.getFirst().getText()).isEqualTo("Green tea.");
    ChatAnswer second = again.getLast().getAnswer();
    assertThat(second.getReplayed()).isTrue();
    assertThat(second.getText()).isEqualTo(first.getText());
    assertThat(second.getTurnsList()).isEqualTo(first.getTurnsList());
    assertThat(second.getRevision()).isEqualTo(first.getRevision());
    assertThat(second.getFinishReason()).isEqualTo(first.getFinishReason());
    assertThat(second.getModel()).isEqualTo(first.getModel());
    assertThat(second.getAnswerTokens()).isEqualTo(first.getAnswerTokens());
    assertThat(second.getCitationsList()).extracting(Citation::getMemoryId).containsExactly("tea");
    assertThat(model.requests).hasSize(1);
    assertThat(calls.turns()).hasSize(2);
    Refused.by(() -> calls.chat(request.setQuery("And coffee?")))
        .because(Code.ALREADY_EXISTS, "REQUEST_ID_REUSED", "request_id");
    assertThat(calls.turns()).hasSize(2);
  }

  @Test
  void ofTwoCallsWithOneRequestIdOneIsKept() {
    ChatRequest.Builder request = ChatCalls.request("Hi").setRequestId("c1");
    model.then(client -> {
      client.open();
      client.piece("slow");
      calls.chat(request);
      client.finish("stop");
      client.done();
    });
    model.thenAnswers("fast");
    Refused.by(() -> calls.chat(request))
        .because(Code.ALREADY_EXISTS, "REQUEST_ID_REUSED", "request_id");
    assertThat(calls.turns()).extracting(Memory::getValue).containsExactly("Hi", "fast");
    assertThat(calls.chat(request).getLast().getAnswer().getText()).isEqualTo("fast");
  }

  @Test
  void withoutAModelTheMissingSettingIsNamed() {
    try (Running bare = new Running()) {
      ChatCalls.createSession(bare.orchestrator());
      Refused refused =
          Refused.by(() -> ChatCalls.chat(bare.orchestrator(), ChatCalls.request("Hi")));
      refused.because(Code.FAILED_PRECONDITION, "LLM_NOT_CONFIGURED");
      assertThat(refused.info().getMetadataMap())
          .containsEntry("setting", "mnestic.orchestrator.llm.model");
    }
    try (Running keyless = new Running(Map.of("mnestic.orchestrator.llm.model", "m"))) {
      ChatCalls.createSession(keyless.orchestrator());
      Refused refused =
          Refused.by(() -> ChatCalls.chat(keyless.orchestrator(), ChatCalls.request("Hi")));
      refused.because(Code.FAILED_PRECONDITION, "LLM_NOT_CONFIGURED");
      assertThat(refused.info().getMetadataMap())
          .containsEntry("setting", "mnestic.orchestrator.llm.api-key");
    }
  }

  @Test
  void aServerOfOnesOwnNeedsNoKeyAndMayTakeTheOlderField() {
    try (Running local =
        new Running(
            Map.of(
                "mnestic.orchestrator.llm.base-url",
                model.baseUrl(),
                "mnestic.orchestrator.llm.model",
                "fake",
                "mnestic.orchestrator.llm.limit-field",
                "max_tokens"))) {
      ChatCalls.createSession(local.orchestrator());
      model.thenAnswers("Hello.");
      ChatCalls.chat(local.orchestrator(), ChatCalls.request("Hi"));
    }
    assertThat(model.keys).containsExactly("none");
    assertThat(model.requests.getFirst().get("max_tokens").asInt()).isEqualTo(1024);
    assertThat(model.requests.getFirst().has("max_completion_tokens")).isFalse();
  }

  @Test
  void anAnswerThatIsCutByItsLimitIsKeptAsSuch() {
    model.then(client -> {
      client.open();
      client.piece("Once upon");
      client.finish("length");
      client.done();
    });
    assertThat(calls.chat(ChatCalls.request("A tale")).getLast().getAnswer().getFinishReason())
        .isEqualTo(FinishReason.FINISH_REASON_LENGTH);
    assertThat(calls.turns().getLast().getValue()).isEqualTo("Once upon");
  }

  @Test
  void badRequestsAreRefusedBeforeTheModelIsAsked() {
    Refused.by(() -> calls.chat(ChatCalls.request(" \n")))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "query");
    Refused.by(() -> calls.chat(ChatCalls.request("Hi").setNamespace("")))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "namespace", "namespace");
    Refused.by(() -> calls.chat(ChatCalls.request("Hi").setSessionId("")))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "session_id", "session_id");
    Refused.by(() -> calls.chat(ChatCalls.request("Hi").setRequestId("a\nb")))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "request_id");
    Refused.by(() -> calls.chat(ChatCalls.request("Hi").setTemperature(2.5)))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "temperature");
    Refused.by(() -> calls.chat(ChatCalls.request("Hi").setMaxRecalled(51)))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "max_recalled");
    Refused.by(() -> calls.chat(ChatCalls.request("Hi").setRecallShare(1.5)))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "recall_share");
    Refused.by(() -> calls.chat(ChatCalls.request("Hi").setBudgetTokens(10_000_001)))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "budget_tokens");
    Refused.by(() -> calls.chat(ChatCalls.request("Hi").setBudgetTokens(100).setAnswerTokens(100)))
        .because(Code.INVALID_ARGUMENT, "BUDGET_TOO_SMALL", "budget_tokens");
    Refused.by(() -> calls.chat(ChatCalls.request("Hi").setTokenizer("none")))
        .because(Code.NOT_FOUND, "UNKNOWN_TOKENIZER", "tokenizer");
    Refused.by(() -> calls.chat(ChatCalls.request("Hi").addPinnedIds("none")))
        .because(Code.NOT_FOUND, "MEMORY_NOT_FOUND", "pinned_ids[0]");
    Refused.by(() -> calls.chat(ChatCalls.request("Hi").setSessionId("none")))
        .because(Code.NOT_FOUND, "SESSION_NOT_FOUND", "session_id");
    Refused.by(() -> calls.chat(ChatCalls.request("Hi").setNamespace("none")))
        .because(Code.NOT_FOUND, "NAMESPACE_NOT_FOUND", "namespace");
    assertThat(model.requests).isEmpty();
  }
}
