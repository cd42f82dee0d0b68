package io.mnestic.memory.transfer;

import io.grpc.stub.ServerCallStreamObserver;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.log.Moment;
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
    try (LogView view = log.view()) {
      var _ = at(view, namespace, revision);
    }
    Export export = new Export(log, namespace, revision, request, caller);
    // Without a handler, writing to a caller who is gone throws.
    caller.setOnCancelHandler(() -> {});
    caller.setOnReadyHandler(export::send);
  }

  /**
   * A namespace's memories as a revision saw them, open as long as {@code view}.
   *
   * @throws Refusal NAMESPACE_NOT_FOUND, REVISION_EXPIRED
   */
  static LogView at(LogView view, StoredNamespace namespace, long revision) {
    String name = namespace.getNamespace().getName();
    StoredNamespace now = view.namespace(name);
    if (now.getUid() != namespace.getUid()) {
      throw Refusal.of(
              Reason.REASON_NAMESPACE_NOT_FOUND, "the namespace '" + name + "' was deleted")
          .withField("namespace");
    }
    long oldest = view.oldestRevision(now);
    if (revision < oldest) {
      throw Refusal.of(
              Reason.REASON_REVISION_EXPIRED,
              "revision %d is past the namespace's history_retention, the oldest left is %d: export the newest from the start"
                  .formatted(revision, oldest))
          .withField("revision")
          .withMetadata("oldest_revision", Long.toString(oldest));
    }
    return view.at(name, Moment.at(revision)).view();
  }
}
