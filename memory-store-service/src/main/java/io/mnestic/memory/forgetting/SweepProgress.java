package io.mnestic.memory.forgetting;

import io.mnestic.memory.v1.ForgettingStatus;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.store.v1.StoredNamespace;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How far the sweeps under way are. */
@Singleton
public final class SweepProgress {
  private final Map<Long, Long> scanned = new ConcurrentHashMap<>();

  /** A namespace with what a sweep that is under way has done. */
  public Namespace shown(StoredNamespace stored, Namespace namespace) {
    Long so = scanned.get(stored.getUid());
    if (so == null) {
      return namespace;
    }
    ForgettingStatus status =
        namespace.getForgettingStatus().toBuilder().setRunning(true).setRunningScanned(so).build();
    return namespace.toBuilder().setForgettingStatus(status).build();
  }

  void began(long uid) {
    scanned.put(uid, 0L);
  }

  void scanned(long uid, int more) {
    scanned.merge(uid, (long) more, Long::sum);
  }

  void ended(long uid) {
    scanned.remove(uid);
  }
}
