package io.mnestic.orchestrator.session;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import com.google.protobuf.util.Timestamps;
import io.mnestic.error.v1.Reason;
import io.mnestic.orchestrator.space.Spaces;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.CreateSessionResponse;
import io.mnestic.orchestrator.v1.Session;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;

/** Creates sessions, once each. */
@Singleton
public final class CreateSession {
  private final Sessions sessions;
  private final Spaces spaces;
  private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();

  CreateSession(Sessions sessions, Spaces spaces) {
    this.sessions = sessions;
    this.spaces = spaces;
  }

  /**
   * Creates the session, and its namespace if that is asked for.
   *
   * @throws Refusal SESSION_EXISTS
   */
  public CreateSessionResponse create(CreateSessionRequest request) {
    if (request.getCreateNamespace()) {
      spaces.ensure(request.getNamespace(), request.getModel());
    }
    Session.Builder made =
        Session.newBuilder()
            .setNamespace(request.getNamespace())
            .setId(
                request.getSessionId().isEmpty()
                    ? ids.generate().toString()
                    : request.getSessionId())
            .setTitle(request.getTitle())
            .putAllLabels(request.getLabelsMap())
            .setCreateTime(Timestamps.now());
    if (request.hasWindow()) {
      made.setWindow(request.getWindow());
    }
    Session session = made.build();
    if (sessions.putIfAbsent(session)) {
      return CreateSessionResponse.newBuilder().setSession(session).setCreated(true).build();
    }
    Session there = sessions.get(session.getNamespace(), session.getId());
    if (!settings(there).equals(settings(session))) {
      throw Refusal.of(
              Reason.REASON_SESSION_EXISTS,
              "session '"
                  + session.getId()
                  + "' exists with another title, labels or window: take another session_id")
          .withField("session_id");
    }
    return CreateSessionResponse.newBuilder().setSession(there).build();
  }

  private static Session settings(Session session) {
    return session.toBuilder().clearCreateTime().build();
  }
}
