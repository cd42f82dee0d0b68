package io.mnestic.bench.recall;

import com.google.protobuf.util.Timestamps;
import io.mnestic.bench.report.Progress;
import io.mnestic.bench.services.Clients;
import io.mnestic.memory.v1.AttributeValue;
import io.mnestic.orchestrator.v1.AppendTurnsRequest;
import io.mnestic.orchestrator.v1.AppendTurnsResponse;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.NewTurn;
import java.util.List;

/** Puts a conversation into a namespace of its own, session by session, as an application would. */
final class Ingest {
  static final String ID_ATTRIBUTE = "dia_id";
  private static final int BATCH = 32;

  private final Clients clients;
  private final String model;
  private final Progress progress;

  Ingest(Clients clients, String model, Progress progress) {
    this.clients = clients;
    this.model = model;
    this.progress = progress;
  }

  /** Appends all turns; gives the namespace's revision with the last. */
  long run(Conversation conversation, String namespace) {
    long revision = 0;
    for (Conversation.Session session : conversation.sessions()) {
      String id = "session-" + session.number();
      clients
          .orchestrator()
          .createSession(
              CreateSessionRequest.newBuilder()
                  .setNamespace(namespace)
                  .setSessionId(id)
                  .setCreateNamespace(true)
                  .setModel(model)
                  .build());
      for (int from = 0; from < session.turns().size(); from += BATCH) {
        int to = Math.min(from + BATCH, session.turns().size());
        revision = append(namespace, id, session, from, to).getRevision();
        progress.step(to - from);
      }
    }
    return revision;
  }

  private AppendTurnsResponse append(
      String namespace, String id, Conversation.Session session, int from, int to) {
    AppendTurnsRequest.Builder request =
        AppendTurnsRequest.newBuilder()
            .setNamespace(namespace)
            .setSessionId(id)
            .setRequestId(id + "/" + from);
    List<Conversation.Turn> turns = session.turns();
    for (int i = from; i < to; i++) {
      request.addTurns(newTurn(turns.get(i), session.start().plusSeconds(i).toEpochMilli()));
    }
    return clients.orchestrator().appendTurns(request.build());
  }

  private static NewTurn newTurn(Conversation.Turn turn, long saidMillis) {
    return NewTurn.newBuilder()
        .setRole(turn.role())
        .setSpeaker(turn.speaker())
        .setContent(turn.text())
        .setSaidTime(Timestamps.fromMillis(saidMillis))
        .putAttributes(
            ID_ATTRIBUTE, AttributeValue.newBuilder().setText(turn.id().toString()).build())
        .build();
  }
}
