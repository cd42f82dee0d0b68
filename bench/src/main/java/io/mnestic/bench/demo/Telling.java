package io.mnestic.bench.demo;

import com.google.protobuf.util.Timestamps;
import io.mnestic.bench.services.Clients;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Role;
import io.mnestic.memory.v1.ToolCall;
import io.mnestic.orchestrator.v1.AppendTurnsRequest;
import io.mnestic.orchestrator.v1.AppendTurnsResponse;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.NewTurn;
import io.mnestic.orchestrator.v1.RememberRequest;
import io.mnestic.orchestrator.v1.RememberResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells a script to the services: its sessions turn by turn, and what is remembered beside them.
 */
final class Telling {
  private static final Duration BETWEEN_TURNS = Duration.ofSeconds(40);

  private final Clients clients;
  private final Script script;
  private final String namespace;
  private final Map<String, String> idsByLabel = new HashMap<>();
  private long revision;

  Telling(Clients clients, Script script, String namespace) {
    this.clients = clients;
    this.script = script;
    this.namespace = namespace;
  }

  Told run() {
    script.sessions().forEach(this::tell);
    script.memories().forEach(this::remember);
    return new Told(namespace, script.sessions().getLast().id(), Map.copyOf(idsByLabel), revision);
  }

  private void tell(Script.Sitting sitting) {
    clients
        .orchestrator()
        .createSession(
            CreateSessionRequest.newBuilder()
                .setNamespace(namespace)
                .setSessionId(sitting.id())
                .setTitle(sitting.title())
                .setCreateNamespace(true)
                .setModel(script.model())
                .build());
    AppendTurnsRequest.Builder request =
        AppendTurnsRequest.newBuilder()
            .setNamespace(namespace)
            .setSessionId(sitting.id())
            .setRequestId("tell/" + sitting.id());
    Instant said = Instant.parse(sitting.start());
    for (Script.Line line : sitting.turns()) {
      request.addTurns(newTurn(line, said));
      said = said.plus(BETWEEN_TURNS);
    }
    AppendTurnsResponse response = clients.orchestrator().appendTurns(request.build());
    revision = response.getRevision();
    for (int i = 0; i < response.getTurnsCount(); i++) {
      label(sitting.turns().get(i).label(), response.getTurns(i).getMemoryId());
    }
  }

  private NewTurn newTurn(Script.Line line, Instant said) {
    NewTurn.Builder turn =
        NewTurn.newBuilder()
            .setRole(Role.valueOf("ROLE_" + line.role().toUpperCase(Locale.ROOT)))
            .setContent(line.text())
            .setSaidTime(Timestamps.fromMillis(said.toEpochMilli()))
            .setToolCallId(Objects.requireNonNullElse(line.toolCallId(), ""));
    if (turn.getRole() == Role.ROLE_USER) {
      turn.setSpeaker(script.user());
    }
    for (Script.Call call : Objects.requireNonNullElse(line.toolCalls(), List.<Script.Call>of())) {
      turn.addToolCalls(
          ToolCall.newBuilder()
              .setId(call.id())
              .setName(call.name())
              .setArguments(call.arguments()));
    }
    return turn.build();
  }

  private void remember(Script.Fact fact) {
    RememberResponse response =
        clients
            .orchestrator()
            .remember(
                RememberRequest.newBuilder()
                    .setNamespace(namespace)
                    .setRequestId("remember/" + fact.label())
                    .setKind(Kind.valueOf("KIND_" + fact.kind()))
                    .setKey(fact.key())
                    .setValue(fact.value())
                    .setPinned(fact.pinned())
                    .build());
    revision = response.getRevision();
    label(fact.label(), response.getMemoryId());
  }

  private void label(@Nullable String label, String id) {
    if (label != null) {
      idsByLabel.put(label, id);
    }
  }

  /**
   * A script that was told.
   *
   * @param session the newest one, in which questions are asked
   * @param idsByLabel memory ids
   * @param revision the namespace's, with all of it
   */
  record Told(String namespace, String session, Map<String, String> idsByLabel, long revision) {}
}
