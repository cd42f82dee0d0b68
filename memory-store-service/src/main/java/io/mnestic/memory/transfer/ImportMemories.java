package io.mnestic.memory.transfer;

import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.indexing.Indexer;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.v1.ImportMemoriesRequest;
import io.mnestic.memory.v1.ImportMemoriesResponse;
import io.mnestic.memory.v1.ImportStart;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.write.VectorSpaces;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import io.mnestic.wire.RequestRules;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Supplier;

/** Opens the calls of ImportMemories, and stores what they bring. */
@Singleton
public final class ImportMemories {
  private static final long WAIT_MILLIS = 50;

  private final MemoryLog log;
  private final Indexer indexer;
  private final RequestRules rules;

  ImportMemories(MemoryLog log, Indexer indexer, RequestRules rules) {
    this.log = log;
    this.indexer = indexer;
    this.rules = rules;
  }

  /** The requests' side of a call. */
  public StreamObserver<ImportMemoriesRequest> open(
      ServerCallStreamObserver<ImportMemoriesResponse> caller) {
    return new ImportStream(this, rules, caller).start();
  }

  /**
   * Where an import goes to.
   *
   * @throws Refusal NAMESPACE_NOT_FOUND
   */
  Target target(ImportStart start) {
    try (LogView view = log.view()) {
      StoredNamespace namespace = view.namespace(start.getNamespace());
      return new Target(
          namespace,
          new ImportFile(
              rules, namespace.getNamespace().getVectorSpaces(0), start.getLinesBefore()));
    }
  }

  /**
   * Stores memories, up to the first that can not be. While the store has too much to do it waits,
   * which slows the caller down.
   *
   * @param bytes about how much they are
   */
  StoreImported.Stored store(Target target, List<Memory> memories, int bytes) {
    return patiently(() -> {
      indexer.checkRoom(target.namespace());
      return log.commit(
          bytes,
          draft ->
              StoreImported.store(
                  draft, VectorSpaces.unchanged(draft, target.namespace()), memories));
    });
  }

  private static <R> R patiently(Supplier<R> work) {
    while (true) {
      try {
        return work.get();
      } catch (Refusal e) {
        if (e.reason() != Reason.REASON_OVERLOADED || Context.current().isCancelled()) {
          throw e;
        }
      }
      try {
        Thread.sleep(WAIT_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }
}
