package io.mnestic.orchestrator;

import io.mnestic.orchestrator.compaction.ListSources;
import io.mnestic.orchestrator.consolidation.Consolidations;
import io.mnestic.orchestrator.facts.GetProfile;
import io.mnestic.orchestrator.feedback.FeedbackRecords;
import io.mnestic.orchestrator.feedback.RecordFeedback;
import io.mnestic.orchestrator.remembering.Forget;
import io.mnestic.orchestrator.remembering.Remember;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc;
import io.mnestic.wire.CallTable;
import jakarta.inject.Singleton;

/** Calls that keep, forget and work up memories. */
@Singleton
final class MemoryCalls {
  private final Remember remember;
  private final Forget forget;
  private final ListSources listSources;
  private final GetProfile getProfile;
  private final Consolidations consolidations;
  private final RecordFeedback recordFeedback;
  private final FeedbackRecords feedback;

  MemoryCalls(
      Remember remember,
      Forget forget,
      ListSources listSources,
      GetProfile getProfile,
      Consolidations consolidations,
      RecordFeedback recordFeedback,
      FeedbackRecords feedback) {
    this.remember = remember;
    this.forget = forget;
    this.listSources = listSources;
    this.getProfile = getProfile;
    this.consolidations = consolidations;
    this.recordFeedback = recordFeedback;
    this.feedback = feedback;
  }

  void addTo(CallTable table) {
    table
        .unary(OrchestratorServiceGrpc.getRememberMethod(), remember::remember)
        .unary(OrchestratorServiceGrpc.getForgetMethod(), forget::forget)
        .unary(OrchestratorServiceGrpc.getListSourcesMethod(), listSources::list)
        .unary(OrchestratorServiceGrpc.getGetProfileMethod(), getProfile::get)
        .unary(OrchestratorServiceGrpc.getConsolidateNamespaceMethod(), consolidations::begin)
        .unary(OrchestratorServiceGrpc.getGetConsolidationMethod(), consolidations::get)
        .unary(OrchestratorServiceGrpc.getListConsolidationsMethod(), consolidations::list)
        .unary(OrchestratorServiceGrpc.getCancelConsolidationMethod(), consolidations::cancel)
        .unary(OrchestratorServiceGrpc.getRecordFeedbackMethod(), recordFeedback::record)
        .unary(OrchestratorServiceGrpc.getListFeedbackMethod(), feedback::list);
  }
}
