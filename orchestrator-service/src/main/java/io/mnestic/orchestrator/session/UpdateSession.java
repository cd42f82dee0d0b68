package io.mnestic.orchestrator.session;

import io.mnestic.orchestrator.v1.Session;
import io.mnestic.orchestrator.v1.UpdateSessionRequest;
import io.mnestic.orchestrator.v1.UpdateSessionResponse;
import jakarta.inject.Singleton;

/** Changes settings of sessions. */
@Singleton
public final class UpdateSession {
  private final Sessions sessions;

  UpdateSession(Sessions sessions) {
    this.sessions = sessions;
  }

  /** Changes what the request names; the rest stays. */
  public UpdateSessionResponse update(UpdateSessionRequest request) {
    Session changed =
        sessions.update(
            request.getNamespace(), request.getSessionId(), session -> changed(session, request));
    return UpdateSessionResponse.newBuilder().setSession(changed).build();
  }

  private static Session changed(Session session, UpdateSessionRequest request) {
    Session.Builder changed = session.toBuilder();
    if (request.hasTitle()) {
      changed.setTitle(request.getTitle());
    }
    if (request.hasWindow()) {
      changed.setWindow(request.getWindow());
    }
    return changed.build();
  }
}
