package io.mnestic.orchestrator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.RetryInfo;
import io.grpc.Context;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.mnestic.orchestrator.fakes.FakeChatServer;
import io.mnestic.orchestrator.v1.ChatResponse;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc.OrchestratorServiceBlockingStub;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a model, its endpoint and the way to it can do wrong, and that nothing of it is kept. */
final class ChatFailuresIT {
  private final ChatCalls calls = new ChatCalls();
  private final FakeChatServer model = calls.model;
  private final OrchestratorServiceBlockingStub orchestrator = calls.orchestrator;

  @AfterEach
  void stop() {
    calls.close();
  }

  @Test
  void aKeyThatIsRefusedIsNotTriedAgain() {
    model.thenFails(401, null, "{\"error\":{\"message\":\"bad key key-1\"}}");
    Refused refused = refused("LLM_REFUSED", Code.FAILED_PRECONDITION);
    assertThat(refused.info().getMetadataMap()).containsEntry("status", "401");
    assertThat(model.requests).hasSize(1);
  }

  @Test
  void aRequestThatIsRefusedSaysWhy() {
    model.thenFails(404, null, "{\"error\":{\"message\":\"no model fake\"}}");
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> calls.chat(ChatCalls.request("Hi")));
    assertThat(failure.getStatus().getDescription()).contains("no model fake");
    assertThat(failure.getStatus().getCode()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(model.requests).hasSize(1);
  }

  @Test
  void anOverloadedModelIsTriedAgainAfterTheWaitItAsksFor() {
    model.thenFails(429, "0", "{}").thenAnswers("Hello.");
    assertThat(calls.chat(ChatCalls.request("Hi")).getLast().getAnswer().getText())
        .isEqualTo("Hello.");
    assertThat(model.requests).hasSize(2);
    assertThat(calls.turns()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"3600", "Fri, 25 Nov 2196 13:00:00 GMT"})
  void aLongWaitIsPassedOn(String retryAfter) throws Exception {
    model.thenFails(429, retryAfter, "{}");
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> calls.chat(ChatCalls.request("Hi")));
    assertThat(failure.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    RetryInfo retry =
        requireNonNull(StatusProto.fromThrowable(failure))
            .getDetailsList()
            .getLast()
            .unpack(RetryInfo.class);
    assertThat(retry.getRetryDelay().getSeconds()).isGreaterThanOrEqualTo(3600);
    assertThat(model.requests).hasSize(1);
    assertThat(calls.turns()).isEmpty();
  }

  @Test
  void aModelThatFailsIsTriedAgainThreeTimesInAll() {
    model.thenFails(500, null, "oops").thenFails(503, null, "{}").thenAnswers("Hello.");
    assertThat(calls.chat(ChatCalls.request("Hi")).getLast().getAnswer().getText())
        .isEqualTo("Hello.");
    model.thenFails(500, null, "").thenFails(500, null, "").thenFails(502, null, "<html>");
    Refused refused = refused("LLM_UNAVAILABLE", Code.UNAVAILABLE);
    assertThat(refused.info().getMetadataMap()).containsEntry("status", "502");
    assertThat(model.requests).hasSize(6);
    assertThat(calls.turns()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"choices\":[{\"index\"", "not json", "[]", "{\"choices\":[{\"delta\":7}]}"})
  void aMalformedStreamIsNoAnswer(String event) {
    model.then(client -> {
      client.open();
      client.piece("Hel");
      client.event(event);
      client.piece("lo");
      client.finish("stop");
      client.done();
    });
    refused("LLM_UNAVAILABLE", Code.UNAVAILABLE);
    assertThat(model.requests).hasSize(1);
    assertThat(calls.turns()).isEmpty();
  }

  @Test
  void anErrorInTheMiddleOfTheStreamIsNoAnswer() {
    model.then(client -> {
      client.open();
      client.piece("Hel");
      client.event("{\"error\":{\"message\":\"the server had an error\",\"code\":500}}");
      client.done();
    });
    refused("LLM_UNAVAILABLE", Code.UNAVAILABLE);
    assertThat(calls.turns()).isEmpty();
  }

  @Test
  void whatIsNotTheProtocolIsNoAnswer() {
    model.then(client -> {
      client.open();
      client.raw("<html><body>It works!</body></html>");
      client.done();
    });
    refused("LLM_UNAVAILABLE", Code.UNAVAILABLE);
    assertThat(calls.turns()).isEmpty();
  }

  @Test
  void aConnectionThatIsCutInTheAnswerIsNoAnswerAndIsNotTriedAgain() {
    model.then(client -> {
      client.openToBeCut();
      client.piece("Hello, I");
    });
    List<ChatResponse> events = new ArrayList<>();
    Refused.by(
            () -> orchestrator.chat(ChatCalls.request("Hi").build()).forEachRemaining(events::add))
        .because(Code.UNAVAILABLE, "LLM_UNAVAILABLE");
    assertThat(events.getLast().getText()).isEqualTo("Hello, I");
    assertThat(model.requests).hasSize(1);
    assertThat(calls.turns()).isEmpty();
  }

  @Test
  void aConnectionThatIsCutBeforeTheAnswerIsTriedAgain() {
    model
        .then(client -> {
          client.openToBeCut();
          client.raw(": wait\n\n");
        })
        .thenAnswers("Hello.");
    assertThat(calls.chat(ChatCalls.request("Hi")).getLast().getAnswer().getText())
        .isEqualTo("Hello.");
    assertThat(model.requests).hasSize(2);
  }

  @Test
  void aStreamThatEndsBeforeTheModelIsDoneIsNoAnswer() {
    model.then(client -> {
      client.open();
      client.piece("Hello, I");
      client.done();
    });
    refused("LLM_UNAVAILABLE", Code.UNAVAILABLE);
    assertThat(calls.turns()).isEmpty();
  }

  @Test
  void aModelThatFallsSilentIsNoAnswer() {
    model.then(client -> {
      client.open();
      client.piece("Hello, I");
      model.fallSilent();
    });
    refused("LLM_UNAVAILABLE", Code.UNAVAILABLE);
    assertThat(model.requests).hasSize(1);
    assertThat(calls.turns()).isEmpty();
  }

  @Test
  void aModelThatNeverAnswersIsAskedThreeTimes() {
    for (int i = 0; i < 3; i++) {
      model.then(client -> model.fallSilent());
    }
    refused("LLM_UNAVAILABLE", Code.UNAVAILABLE);
    assertThat(model.requests).hasSize(3);
  }

  @Test
  void aModelThatCanNotBeReachedIsSaidSo() {
    model.close();
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> calls.chat(ChatCalls.request("Hi")));
    assertThat(failure.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
    assertThat(failure.getStatus().getDescription()).contains("can not be reached");
  }

  @Test
  void cancellingEndsTheModelsWorkAndAppendsNothing() throws Exception {
    model.then(client -> {
      client.open();
      client.piece("Once upon a time");
      model.hang(client);
    });
    try (Context.CancellableContext call = Context.current().withCancellation()) {
      call.run(() -> {
        Iterator<ChatResponse> events = orchestrator.chat(ChatCalls.request("A tale").build());
        events.next();
        assertThat(events.next().getText()).isEqualTo("Once upon a time");
      });
    }
    assertThat(model.clientGone.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(calls.turns()).isEmpty();
  }

  @Test
  void aDeadlineEndsTheModelsWorkAndAppendsNothing() throws Exception {
    model.thenAnswers("Hello.");
    calls.chat(ChatCalls.request("Hi")); // The client of the model is made by its first call.
    model.then(client -> {
      client.open();
      model.hang(client);
    });
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                orchestrator
                    .withDeadlineAfter(3, TimeUnit.SECONDS)
                    .chat(ChatCalls.request("Hi").build())
                    .forEachRemaining(event -> {}));
    assertThat(failure.getStatus().getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
    assertThat(model.clientGone.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(model.requests).hasSize(2);
    assertThat(calls.turns()).hasSize(2);
  }

  @Test
  void anAnswerWithoutTextIsNotKept() {
    model.thenAnswers("  ");
    refused("LLM_UNAVAILABLE", Code.UNAVAILABLE);
    assertThat(calls.turns()).isEmpty();
  }

  @Test
  void anAnswerThatCanNotBeAppendedIsAnError() {
    model.then(client -> {
      client.open();
      client.piece("Hello.");
      calls.running.storePeer.stop();
      client.finish("stop");
      client.done();
    });
    Refused.by(() -> calls.chat(ChatCalls.request("Hi")))
        .because(Code.UNAVAILABLE, "STORE_UNAVAILABLE");
    assertThat(calls.turns()).isEmpty();
  }

  private Refused refused(String reason, Code code) {
    Refused refused = Refused.by(() -> calls.chat(ChatCalls.request("Hi")));
    refused.because(code, reason);
    return refused;
  }
}
