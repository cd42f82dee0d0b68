package io.mnestic.orchestrator.backfill;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.mnestic.encoder.v1.EncoderServiceGrpc.EncoderServiceBlockingStub;
import io.mnestic.encoder.v1.ListModelsRequest;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.ListMemoriesRequest;
import io.mnestic.memory.v1.ListMemoriesResponse;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.MemoryVectors;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.memory.v1.PutVectorsRequest;
import io.mnestic.memory.v1.VectorSpace;
import io.mnestic.orchestrator.encoding.EncodedMemory;
import io.mnestic.orchestrator.encoding.MemoryEncoder;
import io.mnestic.orchestrator.encoding.Subject;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encodes the memories of one namespace that have no vectors yet, and then those that only lack the
 * vectors of their tokens; these keep the vectors that they have.
 */
@Singleton
final class FillNamespace {
  private static final Logger LOG = LoggerFactory.getLogger(FillNamespace.class);
  private static final int PAGE = 200;

  /** A batch ends at this much text, so that long turns do not hold up queries for long. */
  private static final long MOST_CHARS = 16 << 10;

  private static final int MOST_UNENCODABLE = 100_000;

  private final EncoderServiceBlockingStub models;
  private final MemoryEncoder encoder;
  private final MemoryStoreServiceBlockingStub store;
  private final Leases leases;
  private final BackfillSettings settings;

  /** What the encoder refused or failed at alone; not asked for again by this process. */
  private final Cache<Version, Boolean> unencodable =
      Caffeine.newBuilder().maximumSize(MOST_UNENCODABLE).build();

  FillNamespace(
      EncoderServiceBlockingStub models,
      MemoryEncoder encoder,
      MemoryStoreServiceBlockingStub store,
      Leases leases,
      BackfillSettings settings) {
    this.models = models;
    this.encoder = encoder;
    this.store = store;
    this.leases = leases;
    this.settings = settings;
  }

  /** Fills what can be filled and tells how many got their vectors; none if another is at it. */
  long fill(Namespace namespace) {
    VectorSpace space = namespace.getVectorSpaces(0);
    if (!isServed(space)) {
      return 0;
    }
    String name = namespace.getName();
    ListMemoriesRequest list =
        ListMemoriesRequest.newBuilder().setNamespace(name).setPageSize(PAGE).build();
    try (Leases.Lease lease = leases.of(name)) {
      return fill(new Work(namespace, lease, false), list.toBuilder().setUnencoded(true))
          + fill(new Work(namespace, lease, true), list.toBuilder().setTokenless(true));
    } catch (LeaseLostException e) {
      LOG.debug("another instance fills {}", name);
      return 0;
    }
  }

  private long fill(Work work, ListMemoriesRequest.Builder request) {
    PreviousKeys previous = new PreviousKeys(work.name(), store);
    long filled = 0;
    do {
      ListMemoriesResponse page = store.listMemories(request.build());
      List<Memory> due =
          page.getMemoriesList().stream()
              .filter(memory -> unencodable.getIfPresent(version(work.name(), memory)) == null)
              .filter(memory -> !work.tokensAlone() || MemoryEncoder.givesTokens(memory.getKey()))
              .toList();
      for (List<Memory> batch : batches(due)) {
        filled += fill(work, batch, previous.subjects(batch));
      }
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return filled;
  }

  /** Asked first, so that nothing is leased and listed while the encoder is away. */
  private boolean isServed(VectorSpace space) {
    return models.listModels(ListModelsRequest.getDefaultInstance()).getModelsList().stream()
        .anyMatch(model ->
            model.getName().equals(space.getModel())
                && model.getDimensions() == space.getDimensions()
                && (space.getModelRevision().isEmpty()
                    || space.getModelRevision().equals(model.getRevision())));
  }

  private List<List<Memory>> batches(List<Memory> due) {
    List<List<Memory>> batches = new ArrayList<>();
    List<Memory> batch = new ArrayList<>();
    long chars = 0;
    for (Memory memory : due) {
      boolean full =
          batch.size() == settings.batchSize() || chars + memory.getKey().length() > MOST_CHARS;
      if (full && !batch.isEmpty()) {
        batches.add(batch);
        batch = new ArrayList<>();
        chars = 0;
      }
      batch.add(memory);
      chars += memory.getKey().length();
    }
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return batches;
  }

  /** One memory that the encoder fails at must not keep the others from being encoded. */
  private long fill(Work work, List<Memory> batch, List<Subject> subjects) {
    VectorSpace space = work.namespace().getVectorSpaces(0);
    try {
      List<EncodedMemory> encoded =
          encoder.encode(
              space, subjects, settings.encodeDeadline(), () -> requireHeld(work.lease()));
      return put(work, batch, encoded);
    } catch (Refusal refusal) {
      boolean noFaultOfTheText =
          refusal.reason() == Reason.REASON_OVERLOADED
              || (refusal.reason() != Reason.REASON_INVALID_FIELD && !isServed(space));
      if (noFaultOfTheText) {
        throw refusal;
      }
      if (batch.size() == 1) {
        return fillAlone(work, batch, subjects.getFirst(), refusal);
      }
      long filled = 0;
      for (int i = 0; i < batch.size(); i++) {
        filled += fill(work, batch.subList(i, i + 1), subjects.subList(i, i + 1));
      }
      return filled;
    }
  }

  /** It may be the turn before it that can not be encoded. */
  private long fillAlone(Work work, List<Memory> memory, Subject subject, Refusal refusal) {
    if (subject.previousKey() != null) {
      return fill(work, memory, List.of(new Subject(subject.key(), null)));
    }
    LOG.warn(
        "memory {} of {} stays without vectors until it is changed or this service is restarted: {}",
        memory.getFirst().getId(),
        work.name(),
        refusal.getMessage());
    unencodable.put(version(work.name(), memory.getFirst()), true);
    return 0;
  }

  private static void requireHeld(Leases.Lease lease) {
    if (!lease.hold()) {
      throw new LeaseLostException();
    }
  }

  private long put(Work work, List<Memory> batch, List<EncodedMemory> encoded) {
    PutVectorsRequest.Builder request = PutVectorsRequest.newBuilder().setNamespace(work.name());
    for (int i = 0; i < batch.size(); i++) {
      EncodedMemory one = encoded.get(i);
      if (one.tokens().isEmpty()) {
        // A text without any token that the model knows has none, however often it is asked for.
        unencodable.put(version(work.name(), batch.get(i)), true);
      }
      if (one.tokens().isEmpty() && work.tokensAlone()) {
        continue;
      }
      request.addMemories(
          MemoryVectors.newBuilder()
              .setId(batch.get(i).getId())
              .setRevision(batch.get(i).getRevision())
              .addAllVectors(work.tokensAlone() ? List.of() : one.vectors())
              .addAllTokenVectors(one.tokens()));
    }
    return request.getMemoriesCount() == 0 ? 0 : store.putVectors(request.build()).getUpdated();
  }

  private static Version version(String namespace, Memory memory) {
    return new Version(namespace, memory.getId(), memory.getRevision());
  }

  private record Version(String namespace, String id, long revision) {}

  /**
   * What is being filled.
   *
   * @param tokensAlone whether the memories have vectors, which stay as they are: a reinforced
   *     one's is not what its text gives
   */
  private record Work(Namespace namespace, Leases.Lease lease, boolean tokensAlone) {
    String name() {
      return namespace.getName();
    }
  }

  /** Ends the work on a namespace that another instance has by now. */
  private static final class LeaseLostException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }
}
