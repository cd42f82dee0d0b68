package io.mnestic.memory.attention;

import io.mnestic.memory.index.IndexReading;
import io.mnestic.memory.indexing.Indexer;
import io.mnestic.memory.indexing.OpenIndexes;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.log.Moment;
import io.mnestic.memory.log.NamespaceState;
import io.mnestic.memory.usage.CountUses;
import io.mnestic.memory.v1.ReadHop;
import io.mnestic.memory.v1.ReadMemoryRequest;
import io.mnestic.memory.v1.ReadMemoryResponse;
import io.mnestic.memory.v1.ReadWeight;
import io.mnestic.store.v1.StoredNamespace;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads softly: the sparse read of key-value memory networks (Miller et al. 2016), its hops those
 * of end-to-end memory networks (Sukhbaatar et al. 2015).
 */
@Singleton
public final class ReadMemory {
  /** Share of a hop's weight from which on a memory counts as used. */
  private static final double USED = 0.1;

  private final MemoryLog log;
  private final Indexer indexer;

  private final CountUses uses;

  ReadMemory(MemoryLog log, Indexer indexer, CountUses uses) {
    this.log = log;
    this.indexer = indexer;
    this.uses = uses;
  }

  /**
   * Reads.
   *
   * @throws io.mnestic.wire.Refusal as the contract lists them
   */
  public ReadMemoryResponse read(ReadMemoryRequest request) {
    Moment moment = Moment.of(request);
    NamespaceState state;
    try (LogView view = log.view(moment)) {
      state = view.at(request.getNamespace(), moment);
    }
    StoredNamespace namespace = state.namespace();
    SoftRead read = CheckRead.check(request, namespace);
    long revision = moment.isNow() ? read.minRevision() : state.revision();
    try (OpenIndexes.Lease lease = indexer.await(namespace, revision);
        IndexReading index =
            moment.isNow()
                ? lease.index().reading(revision)
                : lease.index().past(revision, indexer.superseded(namespace, revision))) {
      ReadMemoryResponse.Builder response =
          ReadMemoryResponse.newBuilder().setRevision(index.revision());
      float[] query = read.query();
      for (int i = 0; i < read.hops(); i++) {
        ReadHop hop = Hop.of(read, query, index);
        response.addHops(hop);
        query = Hop.nextQuery(hop);
      }
      if (moment.isNow() && !request.getUncounted()) {
        uses.count(namespace.getUid(), used(response));
      }
      return response.build();
    }
  }

  /** What a hop rests on to a good part. */
  private static Set<String> used(ReadMemoryResponse.Builder response) {
    return response.getHopsList().stream()
        .flatMap(hop -> hop.getWeightsList().stream())
        .filter(weight -> weight.getWeight() >= USED)
        .map(ReadWeight::getId)
        .collect(Collectors.toSet());
  }
}
