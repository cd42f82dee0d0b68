package io.mnestic.orchestrator;

import io.mnestic.orchestrator.remembering.AppendStreams;
import io.mnestic.orchestrator.remembering.AppendTurns;
import io.mnestic.orchestrator.session.CreateSession;
import io.mnestic.orchestrator.session.DeleteSession;
import io.mnestic.orchestrator.session.Sessions;
import io.mnestic.orchestrator.session.UpdateSession;
import io.mnestic.orchestrator.v1.GetSessionRequest;
import io.mnestic.orchestrator.v1.GetSessionResponse;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc;
import io.mnestic.wire.CallTable;
import jakarta.inject.Singleton;

/** Calls on sessions and their turns. */
@Singleton
final class SessionCalls {
  private final Sessions sessions;
  private final CreateSession createSession;
  private final UpdateSession updateSession;
  private final DeleteSession deleteSession;
  private final AppendTurns appendTurns;
  private final AppendStreams appendStreams;

  SessionCalls(
      Sessions sessions,
      CreateSession createSession,
      UpdateSession updateSession,
      DeleteSession deleteSession,
      AppendTurns appendTurns,
      AppendStreams appendStreams) {
    this.sessions = sessions;
    this.createSession = createSession;
    this.updateSession = updateSession;
    this.deleteSession = deleteSession;
    this.appendTurns = appendTurns;
    this.appendStreams = appendStreams;
  }

  void addTo(CallTable table) {
    table
        .unary(OrchestratorServiceGrpc.getCreateSessionMethod(), createSession::create)
        .unary(OrchestratorServiceGrpc.getGetSessionMethod(), this::get)
        .unary(OrchestratorServiceGrpc.getListSessionsMethod(), sessions::list)
        .unary(OrchestratorServiceGrpc.getUpdateSessionMethod(), updateSession::update)
        .unary(OrchestratorServiceGrpc.getDeleteSessionMethod(), deleteSession::delete)
        .unary(OrchestratorServiceGrpc.getAppendTurnsMethod(), appendTurns::append)
        .stream(OrchestratorServiceGrpc.getAppendTurnsStreamMethod(), appendStreams::open);
  }

  private GetSessionResponse get(GetSessionRequest request) {
    return GetSessionResponse.newBuilder()
        .setSession(sessions.get(request.getNamespace(), request.getSessionId()))
        .build();
  }
}
