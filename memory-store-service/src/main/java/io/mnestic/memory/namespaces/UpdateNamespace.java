package io.mnestic.memory.namespaces;

import io.mnestic.memory.log.Draft;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.v1.UpdateNamespaceRequest;
import io.mnestic.memory.v1.UpdateNamespaceResponse;
import io.mnestic.store.v1.StoredNamespace;
import jakarta.inject.Singleton;

/** Changes settings of namespaces. */
@Singleton
public final class UpdateNamespace {
  private final MemoryLog log;

  UpdateNamespace(MemoryLog log) {
    this.log = log;
  }

  /**
   * Sets what the request names.
   *
   * @throws io.mnestic.wire.Refusal NAMESPACE_NOT_FOUND
   */
  public UpdateNamespaceResponse update(UpdateNamespaceRequest request) {
    return log.commit(request.getSerializedSize(), draft -> update(draft, request));
  }

  private static UpdateNamespaceResponse update(Draft draft, UpdateNamespaceRequest request) {
    StoredNamespace stored = draft.namespace(request.getNamespace());
    StoredNamespace changed = stored;
    if (request.hasHistoryRetention()) {
      changed = draft.retain(changed, request.getHistoryRetention());
    }
    if (request.hasForgetting()) {
      changed =
          draft.change(
              changed,
              changed.getNamespace().toBuilder().setForgetting(request.getForgetting()).build());
    }
    return UpdateNamespaceResponse.newBuilder().setNamespace(changed.getNamespace()).build();
  }
}
