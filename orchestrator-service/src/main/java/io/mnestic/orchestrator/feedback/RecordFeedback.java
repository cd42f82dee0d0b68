package io.mnestic.orchestrator.feedback;

import io.grpc.StatusRuntimeException;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.GetMemoryRequest;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.orchestrator.peers.PeerFailure;
import io.mnestic.orchestrator.v1.Feedback;
import io.mnestic.orchestrator.v1.JudgedMemory;
import io.mnestic.orchestrator.v1.Label;
import io.mnestic.orchestrator.v1.MemoryLabel;
import io.mnestic.orchestrator.v1.RecordFeedbackRequest;
import io.mnestic.orchestrator.v1.RecordFeedbackResponse;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;

/** Keeps what a caller says of a recall. */
@Singleton
public final class RecordFeedback {
  private final FeedbackRecords records;
  private final MemoryStoreServiceBlockingStub store;

  RecordFeedback(FeedbackRecords records, MemoryStoreServiceBlockingStub store) {
    this.records = records;
    this.store = store;
  }

  /**
   * Writes the labels with the whole recall that they belong to: what was not labelled tells a
   * learner what the labelled stood beside.
   *
   * @throws Refusal RECALL_ID_INVALID, or MEMORY_NOT_FOUND for a memory that the recall did not
   *     give back or that was forgotten since
   */
  public RecordFeedbackResponse record(RecordFeedbackRequest request) {
    Feedback.Builder feedback =
        RecallId.recall(request.getNamespace(), request.getRecallId()).toBuilder();
    label(feedback, request);
    if (request.hasAnswered()) {
      feedback.setAnswered(request.getAnswered());
    }
    feedback.setComment(request.getComment());
    return records.put(request, feedback.build());
  }

  private void label(Feedback.Builder feedback, RecordFeedbackRequest request) {
    Map<String, JudgedMemory.Builder> memories = new HashMap<>();
    feedback.getMemoriesBuilderList().forEach(memory -> memories.put(memory.getMemoryId(), memory));
    for (int i = 0; i < request.getLabelsCount(); i++) {
      MemoryLabel label = request.getLabels(i);
      JudgedMemory.Builder memory = memories.get(label.getMemoryId());
      if (memory == null) {
        throw notFound(label, i, "is not a memory that this recall gave back");
      }
      requireRemembered(request.getNamespace(), label, i);
      memory.setLabel(label.getLabel());
    }
  }

  /** What was erased must not come back as feedback. */
  private void requireRemembered(String namespace, MemoryLabel label, int index) {
    try {
      store.getMemory(
          GetMemoryRequest.newBuilder()
              .setNamespace(namespace)
              .setId(label.getMemoryId())
              .setUncounted(true)
              .build());
    } catch (StatusRuntimeException e) {
      if (PeerFailure.is(e, Reason.REASON_MEMORY_NOT_FOUND)) {
        throw notFound(label, index, "was forgotten since this recall");
      }
      throw e;
    }
  }

  private static Refusal notFound(MemoryLabel label, int index, String why) {
    return Refusal.of(
            Reason.REASON_MEMORY_NOT_FOUND,
            "labels["
                + index
                + "]: '"
                + label.getMemoryId()
                + "' "
                + why
                + ": leave out this "
                + name(label.getLabel())
                + " label")
        .withField("labels[" + index + "].memory_id");
  }

  private static String name(Label label) {
    return label.name().substring("LABEL_".length());
  }
}
