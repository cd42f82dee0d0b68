package io.mnestic.memory;

import io.mnestic.memory.namespaces.CreateNamespace;
import io.mnestic.memory.namespaces.DeleteNamespace;
import io.mnestic.memory.namespaces.ReadNamespaces;
import io.mnestic.memory.namespaces.UpdateNamespace;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc;
import io.mnestic.wire.CallTable;
import jakarta.inject.Singleton;

/** Calls about namespaces. */
@Singleton
final class NamespaceCalls {
  private final CreateNamespace createNamespace;
  private final ReadNamespaces readNamespaces;
  private final UpdateNamespace updateNamespace;
  private final DeleteNamespace deleteNamespace;

  NamespaceCalls(
      CreateNamespace createNamespace,
      ReadNamespaces readNamespaces,
      UpdateNamespace updateNamespace,
      DeleteNamespace deleteNamespace) {
    this.createNamespace = createNamespace;
    this.readNamespaces = readNamespaces;
    this.updateNamespace = updateNamespace;
    this.deleteNamespace = deleteNamespace;
  }

  void addTo(CallTable table) {
    table
        .unary(MemoryStoreServiceGrpc.getCreateNamespaceMethod(), createNamespace::create)
        .unary(MemoryStoreServiceGrpc.getGetNamespaceMethod(), readNamespaces::get)
        .unary(MemoryStoreServiceGrpc.getListNamespacesMethod(), readNamespaces::list)
        .unary(MemoryStoreServiceGrpc.getUpdateNamespaceMethod(), updateNamespace::update)
        .unary(MemoryStoreServiceGrpc.getDeleteNamespaceMethod(), deleteNamespace::delete);
  }
}
