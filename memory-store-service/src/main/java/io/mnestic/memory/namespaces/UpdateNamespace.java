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
    StoredNamespace changed =
        request.hasHistoryRetention()
            ? draft.retain(stored, request.getHistoryRetention())
            : stored;
    return UpdateNamespaceResponse.newBuilder().setNamespace(changed.getNamespace()).build();
  }
}
