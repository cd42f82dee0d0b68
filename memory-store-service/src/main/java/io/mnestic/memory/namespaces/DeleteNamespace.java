package io.mnestic.memory.namespaces;

import io.mnestic.memory.indexing.OpenIndexes;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.v1.DeleteNamespaceRequest;
import io.mnestic.memory.v1.DeleteNamespaceResponse;
import io.mnestic.store.v1.StoredNamespace;
import jakarta.inject.Singleton;

/** Deletes namespaces. */
@Singleton
public final class DeleteNamespace {
  private final MemoryLog log;
  private final OpenIndexes indexes;

  DeleteNamespace(MemoryLog log, OpenIndexes indexes) {
    this.log = log;
    this.indexes = indexes;
  }

  /**
   * Deletes a namespace with its log and index.
   *
   * @throws io.mnestic.wire.Refusal NAMESPACE_NOT_FOUND
   */
  public DeleteNamespaceResponse delete(DeleteNamespaceRequest request) {
    StoredNamespace dropped =
        log.commit(
            request.getSerializedSize(),
            draft -> {
              StoredNamespace namespace = draft.namespace(request.getNamespace());
              draft.drop(namespace);
              return namespace;
            });
    indexes.drop(dropped.getUid());
    return DeleteNamespaceResponse.getDefaultInstance();
  }
}
