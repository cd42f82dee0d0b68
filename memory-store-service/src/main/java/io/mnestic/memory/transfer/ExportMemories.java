package io.mnestic.memory.transfer;

import io.grpc.stub.ServerCallStreamObserver;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.v1.ExportMemoriesRequest;
import io.mnestic.memory.v1.ExportMemoriesResponse;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;

/** Opens the calls of ExportMemories. */
@Singleton
public final class ExportMemories {
  private final MemoryLog log;

  ExportMemories(MemoryLog log) {
    this.log = log;
  }

  /**
   * Opens an export, which goes on after this returns.
   *
   * @throws Refusal as the contract lists them
   */
  public void export(
      ExportMemoriesRequest request, ServerCallStreamObserver<ExportMemoriesResponse> caller) {
    StoredNamespace namespace;
    try (LogView view = log.view()) {
      namespace = view.namespace(request.getNamespace());
    }
    long newest = namespace.getNamespace().getRevision();
    if (request.getRevision() > newest) {
      throw Refusal.of(
              Reason.REASON_REVISION_NOT_REACHED,
              "revision is %d and the namespace is at %d: use that of the file's header"
                  .formatted(request.getRevision(), newest))
          .withField("revision");
    }
    long revision = request.getRevision() == 0 ? newest : request.getRevision();
    at(log, namespace, revision).close();
    Export export = new Export(log, namespace, revision, request, caller);
    // Without a handler, writing to a caller who is gone throws.
    caller.setOnCancelHandler(() -> {});
    caller.setOnReadyHandler(export::send);
  }

  /**
   * The state of a namespace at a revision.
   *
   * @throws Refusal NAMESPACE_NOT_FOUND, REVISION_EXPIRED
   */
  static LogView at(MemoryLog log, StoredNamespace namespace, long revision) {
    LogView view = log.view();
    try {
      String name = namespace.getNamespace().getName();
      StoredNamespace now = view.namespace(name);
      if (now.getUid() != namespace.getUid()) {
        throw Refusal.of(
                Reason.REASON_NAMESPACE_NOT_FOUND, "the namespace '" + name + "' was deleted")
            .withField("namespace");
      }
      if (now.getNamespace().getRevision() != revision) {
        throw Refusal.of(
                Reason.REASON_REVISION_EXPIRED,
                "revision %d is no longer kept: export the newest from the start"
                    .formatted(revision))
            .withField("revision");
      }
      return view;
    } catch (Throwable e) {
      view.close();
      throw e;
    }
  }
}
