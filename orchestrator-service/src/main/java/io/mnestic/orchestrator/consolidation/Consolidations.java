package io.mnestic.orchestrator.consolidation;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import com.google.protobuf.util.Timestamps;
import io.mnestic.orchestrator.v1.CancelConsolidationRequest;
import io.mnestic.orchestrator.v1.CancelConsolidationResponse;
import io.mnestic.orchestrator.v1.ConsolidateNamespaceRequest;
import io.mnestic.orchestrator.v1.ConsolidateNamespaceResponse;
import io.mnestic.orchestrator.v1.Consolidation;
import io.mnestic.orchestrator.v1.ConsolidationState;
import io.mnestic.orchestrator.v1.GetConsolidationRequest;
import io.mnestic.orchestrator.v1.GetConsolidationResponse;
import io.mnestic.orchestrator.v1.ListConsolidationsRequest;
import io.mnestic.orchestrator.v1.ListConsolidationsResponse;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/** Begins, shows and ends consolidations. */
@Singleton
public final class Consolidations {
  private final ConsolidationRecords records;
  private final Work work;
  private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();

  Consolidations(ConsolidationRecords records, Work work) {
    this.records = records;
    this.work = work;
  }

  /** Begins one, or joins the one that is under way. */
  public ConsolidateNamespaceResponse begin(ConsolidateNamespaceRequest request) {
    String namespace = request.getNamespace();
    String id = id(request);
    Optional<Consolidation> earlier = records.find(namespace, id);
    if (earlier.isPresent()) {
      return reply(earlier.get(), false);
    }
    Consolidation asked =
        Consolidation.newBuilder()
            .setId(id)
            .setState(ConsolidationState.CONSOLIDATION_STATE_RUNNING)
            .setAllTurns(request.getAllTurns())
            .setCreateTime(Timestamps.now())
            .setUpdateTime(Timestamps.now())
            .build();
    while (true) {
      if (records.begin(namespace, asked)) {
        work.begin(namespace);
        return reply(asked, true);
      }
      Optional<ConsolidationRecords.Held> there = records.open(namespace);
      if (there.isEmpty()) {
        continue;
      }
      Consolidation open = there.get().consolidation();
      boolean does = !open.getBackground() && (open.getAllTurns() || !asked.getAllTurns());
      if (does) {
        return reply(open, false);
      }
      // It does less than is asked for: from its next step on it does all of it, under this id.
      Consolidation more =
          open.toBuilder()
              .setId(id)
              .setBackground(false)
              .setAllTurns(open.getAllTurns() || asked.getAllTurns())
              .build();
      if (records.update(namespace, more, there.get().etag()).isPresent()) {
        work.begin(namespace);
        return reply(more, true);
      }
    }
  }

  /**
   * The one of an id.
   *
   * @throws io.mnestic.wire.Refusal CONSOLIDATION_NOT_FOUND
   */
  public GetConsolidationResponse get(GetConsolidationRequest request) {
    return GetConsolidationResponse.newBuilder()
        .setConsolidation(
            records
                .find(request.getNamespace(), request.getId())
                .orElseThrow(
                    () -> ConsolidationRecords.notFound(request.getNamespace(), request.getId())))
        .build();
  }

  /** A page of them. */
  public ListConsolidationsResponse list(ListConsolidationsRequest request) {
    ConsolidationRecords.Page page =
        records.list(request.getNamespace(), request.getPageSize(), request.getPageToken());
    ListConsolidationsResponse.Builder reply =
        ListConsolidationsResponse.newBuilder().setNextPageToken(page.next());
    if (request.getPageToken().isEmpty()) {
      records
          .open(request.getNamespace())
          .ifPresent(it -> reply.addConsolidations(it.consolidation()));
    }
    return reply.addAllConsolidations(page.consolidations()).build();
  }

  /**
   * Asks one to end.
   *
   * @throws io.mnestic.wire.Refusal CONSOLIDATION_NOT_FOUND
   */
  public CancelConsolidationResponse cancel(CancelConsolidationRequest request) {
    while (true) {
      Optional<ConsolidationRecords.Held> open =
          records
              .open(request.getNamespace())
              .filter(it -> it.consolidation().getId().equals(request.getId()));
      if (open.isEmpty()) {
        return reply(
            records
                .find(request.getNamespace(), request.getId())
                .orElseThrow(
                    () -> ConsolidationRecords.notFound(request.getNamespace(), request.getId())));
      }
      Consolidation ending = open.get().consolidation().toBuilder().setCancelling(true).build();
      if (records.update(request.getNamespace(), ending, open.get().etag()).isPresent()) {
        work.begin(request.getNamespace());
        return reply(ending);
      }
    }
  }

  private String id(ConsolidateNamespaceRequest request) {
    return request.getRequestId().isEmpty()
        ? ids.generate().toString()
        : UUID.nameUUIDFromBytes(request.getRequestId().getBytes(StandardCharsets.UTF_8))
            .toString();
  }

  private static ConsolidateNamespaceResponse reply(Consolidation consolidation, boolean created) {
    return ConsolidateNamespaceResponse.newBuilder()
        .setConsolidation(consolidation)
        .setCreated(created)
        .build();
  }

  private static CancelConsolidationResponse reply(Consolidation consolidation) {
    return CancelConsolidationResponse.newBuilder().setConsolidation(consolidation).build();
  }
}
