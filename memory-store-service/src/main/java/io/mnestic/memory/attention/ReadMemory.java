package io.mnestic.memory.attention;

import io.mnestic.memory.index.IndexReading;
import io.mnestic.memory.indexing.Indexer;
import io.mnestic.memory.indexing.OpenIndexes;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.v1.ReadHop;
import io.mnestic.memory.v1.ReadMemoryRequest;
import io.mnestic.memory.v1.ReadMemoryResponse;
import io.mnestic.store.v1.StoredNamespace;
import jakarta.inject.Singleton;

/**
 * Reads softly: the sparse read of key-value memory networks (Miller et al. 2016), its hops those
 * of end-to-end memory networks (Sukhbaatar et al. 2015).
 */
@Singleton
public final class ReadMemory {
  private final MemoryLog log;
  private final Indexer indexer;

  ReadMemory(MemoryLog log, Indexer indexer) {
    this.log = log;
    this.indexer = indexer;
  }

  /**
   * Reads.
   *
   * @throws io.mnestic.wire.Refusal as the contract lists them
   */
  public ReadMemoryResponse read(ReadMemoryRequest request) {
    StoredNamespace namespace;
    try (LogView view = log.view()) {
      namespace = view.namespace(request.getNamespace());
    }
    SoftRead read = CheckRead.check(request, namespace);
    try (OpenIndexes.Lease lease = indexer.await(namespace, read.minRevision());
        IndexReading index = lease.index().reading(read.minRevision())) {
      ReadMemoryResponse.Builder response =
          ReadMemoryResponse.newBuilder().setRevision(index.revision());
      float[] query = read.query();
      for (int i = 0; i < read.hops(); i++) {
        ReadHop hop = Hop.of(read, query, index);
        response.addHops(hop);
        query = Hop.nextQuery(hop);
      }
      return response.build();
    }
  }
}
