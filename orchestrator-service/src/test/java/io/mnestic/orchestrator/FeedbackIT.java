package io.mnestic.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.grpc.Status.Code;
import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.AssembleContextResponse;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.Feedback;
import io.mnestic.orchestrator.v1.ForgetRequest;
import io.mnestic.orchestrator.v1.JudgedMemory;
import io.mnestic.orchestrator.v1.Label;
import io.mnestic.orchestrator.v1.ListFeedbackRequest;
import io.mnestic.orchestrator.v1.ListFeedbackResponse;
import io.mnestic.orchestrator.v1.MemoryLabel;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc.OrchestratorServiceBlockingStub;
import io.mnestic.orchestrator.v1.RecallRequest;
import io.mnestic.orchestrator.v1.RecallResponse;
import io.mnestic.orchestrator.v1.RecordFeedbackRequest;
import io.mnestic.orchestrator.v1.RecordFeedbackResponse;
import io.mnestic.orchestrator.v1.RememberRequest;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What helped and what did not, from a recall to the list of feedback, over real channels. */
final class FeedbackIT {
  private final Running running = new Running();
  private final OrchestratorServiceBlockingStub orchestrator = running.orchestrator();

  @BeforeEach
  void rememberTwoThings() {
    for (String namespace : new String[] {"n", "other"}) {
      orchestrator.createSession(
          CreateSessionRequest.newBuilder()
              .setNamespace(namespace)
              .setSessionId("s")
              .setCreateNamespace(true)
              .build());
    }
    remember("tea", "Ann likes green tea");
    remember("run", "Ann ran a charity race");
  }

  @AfterEach
  void stop() {
    running.close();
  }

  @Test
  void aRecallsFeedbackIsListedWithItsQueryAndScores() {
    RecallResponse recall = recall("Which charity race did Ann run?");
    RecordFeedbackResponse recorded =
        orchestrator.recordFeedback(
            feedback(recall.getRecallId())
                .addLabels(label("run", Label.LABEL_HELPED))
                .setAnswered(true)
                .setComment("the race")
                .build());
    Feedback kept = list("n").getFeedback(0);
    assertThat(list("n").getFeedbackCount()).isEqualTo(1);
    assertThat(kept.getId()).isEqualTo(recorded.getFeedbackId());
    assertThat(kept.getQuery()).isEqualTo("Which charity race did Ann run?");
    assertThat(kept.getRevision()).isEqualTo(recall.getRevision()).isPositive();
    assertThat(kept.getAnswered()).isTrue();
    assertThat(kept.getComment()).isEqualTo("the race");
    assertThat(Timestamps.compare(kept.getRecallTime(), kept.getCreateTime())).isNotPositive();
    assertThat(kept.getMemoriesList())
        .extracting(JudgedMemory::getMemoryId, JudgedMemory::getLabel)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("run", Label.LABEL_HELPED),
            org.assertj.core.groups.Tuple.tuple("tea", Label.LABEL_UNSPECIFIED));
    LaneScore scored = recall.getMemories(0).getLanes(0);
    LaneScore keptScore = kept.getMemories(0).getLanes(0);
    assertThat(keptScore.getLane()).isEqualTo(scored.getLane()).isEqualTo(Lane.LANE_DENSE);
    assertThat(keptScore.getRaw()).isCloseTo(scored.getRaw(), Offset.offset(1e-6));
    assertThat(keptScore.getNormalized()).isCloseTo(scored.getNormalized(), Offset.offset(1e-6));
    assertThat(kept.getMemories(0).getLanesCount())
        .isEqualTo(recall.getMemories(0).getLanesCount());
    assertThat(list("other").getFeedbackList()).isEmpty();
  }

  @Test
  void anAssembledContextsRecallTakesFeedback() {
    AssembleContextResponse context =
        orchestrator.assembleContext(context().setQuery("Which tea does Ann like?").build());
    orchestrator.recordFeedback(
        feedback(context.getRecallId())
            .addLabels(label("tea", Label.LABEL_HELPED))
            .addLabels(label("run", Label.LABEL_DID_NOT_HELP))
            .build());
    Feedback kept = list("n").getFeedback(0);
    assertThat(kept.getQuery()).isEqualTo("Which tea does Ann like?");
    assertThat(kept.hasAnswered()).isFalse();
    assertThat(kept.getMemoriesList())
        .extracting(JudgedMemory::getLabel)
        .containsExactly(Label.LABEL_HELPED, Label.LABEL_DID_NOT_HELP);
  }

  @Test
  void aContextWithoutRecallHasNoRecallId() {
    assertThat(
            orchestrator
                .assembleContext(context().setQuery("Hello").setMaxRecalled(0).build())
                .getRecallId())
        .isEmpty();
  }

  @Test
  void aRecallThatDidNotHoldTheAnswerCanBeSaidSoWithoutLabels() {
    orchestrator.recordFeedback(
        feedback(recall("Where is the key?").getRecallId()).setAnswered(false).build());
    assertThat(list("n").getFeedback(0).hasAnswered()).isTrue();
    assertThat(list("n").getFeedback(0).getAnswered()).isFalse();
  }

  @Test
  void feedbackThatIsRepeatedIsKeptOnce() {
    String id = recall("race").getRecallId();
    RecordFeedbackRequest.Builder request =
        feedback(id).setRequestId("f1").addLabels(label("run", Label.LABEL_HELPED));
    RecordFeedbackResponse first = orchestrator.recordFeedback(request.build());
    assertThat(orchestrator.recordFeedback(request.build())).isEqualTo(first);
    Refused.by(() -> orchestrator.recordFeedback(request.setComment("other").build()))
        .because(Code.ALREADY_EXISTS, "REQUEST_ID_REUSED", "request_id");
    assertThat(list("n").getFeedbackList()).hasSize(1);
    assertThat(list("n").getFeedback(0).getComment()).isEmpty();
  }

  @Test
  void feedbackIsListedInPagesByTheTimeOfItsRecall() {
    String first = recall("race").getRecallId();
    String second = recall("tea").getRecallId();
    for (String id : List.of(second, first)) {
      orchestrator.recordFeedback(feedback(id).setAnswered(true).build());
    }
    ListFeedbackResponse page =
        orchestrator.listFeedback(
            ListFeedbackRequest.newBuilder().setNamespace("n").setPageSize(1).build());
    ListFeedbackResponse next =
        orchestrator.listFeedback(
            ListFeedbackRequest.newBuilder()
                .setNamespace("n")
                .setPageToken(page.getNextPageToken())
                .build());
    assertThat(page.getFeedbackList()).hasSize(1);
    assertThat(next.getFeedbackList()).hasSize(1);
    assertThat(next.getNextPageToken()).isEmpty();
    assertThat(
            Timestamps.compare(
                page.getFeedback(0).getRecallTime(), next.getFeedback(0).getRecallTime()))
        .isNotPositive();
  }

  @Test
  void anIdThatNoRecallGaveIsRefused() {
    String ours = recall("race").getRecallId();
    Refused.by(() -> orchestrator.recordFeedback(feedback("made up").setAnswered(true).build()))
        .because(Code.INVALID_ARGUMENT, "RECALL_ID_INVALID", "recall_id");
    Refused.by(() ->
            orchestrator.recordFeedback(feedback(ours.substring(1)).setAnswered(true).build()))
        .because(Code.INVALID_ARGUMENT, "RECALL_ID_INVALID", "recall_id");
    Refused.by(() ->
            orchestrator.recordFeedback(
                feedback(ours).setNamespace("other").setAnswered(true).build()))
        .because(Code.INVALID_ARGUMENT, "RECALL_ID_INVALID", "recall_id");
    Refused.by(() -> orchestrator.recordFeedback(feedback("").setAnswered(true).build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "recall_id");
    assertThat(list("n").getFeedbackList()).isEmpty();
  }

  @Test
  void aMemoryThatTheRecallDidNotGiveIsRefused() {
    String id = recall("race").getRecallId();
    Refused.by(() ->
            orchestrator.recordFeedback(
                feedback(id)
                    .addLabels(label("run", Label.LABEL_HELPED))
                    .addLabels(label("none", Label.LABEL_HELPED))
                    .build()))
        .because(Code.NOT_FOUND, "MEMORY_NOT_FOUND", "labels[1].memory_id");
    assertThat(list("n").getFeedbackList()).isEmpty();
  }

  @Test
  void aMemoryThatWasForgottenSinceIsRefused() {
    String id = recall("race").getRecallId();
    orchestrator.forget(ForgetRequest.newBuilder().setNamespace("n").addMemoryIds("run").build());
    Refused.by(() ->
            orchestrator.recordFeedback(
                feedback(id).addLabels(label("run", Label.LABEL_HELPED)).build()))
        .because(Code.NOT_FOUND, "MEMORY_NOT_FOUND", "labels[0].memory_id");
    assertThat(list("n").getFeedbackList()).isEmpty();
  }

  @Test
  void emptyFeedbackIsRefused() {
    String id = recall("race").getRecallId();
    Refused.by(() -> orchestrator.recordFeedback(feedback(id).setComment("hm").build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "request");
    Refused.by(() ->
            orchestrator.recordFeedback(
                feedback(id).addLabels(label("run", Label.LABEL_UNSPECIFIED)).build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "labels[0].label");
  }

  @Test
  void labelsThatContradictEachOtherAreRefused() {
    String id = recall("race").getRecallId();
    Refused.by(() ->
            orchestrator.recordFeedback(
                feedback(id)
                    .addLabels(label("run", Label.LABEL_HELPED))
                    .addLabels(label("run", Label.LABEL_DID_NOT_HELP))
                    .build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "labels");
    assertThat(list("n").getFeedbackList()).isEmpty();
  }

  @Test
  void anUnknownNamespaceAndAnotherListsPageTokenAreRefused() {
    String id = recall("race").getRecallId();
    Refused.by(() ->
            orchestrator.listFeedback(
                ListFeedbackRequest.newBuilder().setNamespace("nowhere").build()))
        .because(Code.NOT_FOUND, "NAMESPACE_NOT_FOUND", "namespace");
    orchestrator.recordFeedback(feedback(id).setAnswered(true).build());
    orchestrator.recordFeedback(feedback(id).setAnswered(true).build());
    String token =
        orchestrator
            .listFeedback(ListFeedbackRequest.newBuilder().setNamespace("n").setPageSize(1).build())
            .getNextPageToken();
    assertThat(token).isNotEmpty();
    Refused.by(() ->
            orchestrator.listFeedback(
                ListFeedbackRequest.newBuilder().setNamespace("other").setPageToken(token).build()))
        .because(Code.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID", "page_token");
  }

  private void remember(String id, String key) {
    orchestrator.remember(
        RememberRequest.newBuilder().setNamespace("n").setId(id).setKey(key).build());
  }

  private RecallResponse recall(String query) {
    return orchestrator.recall(
        RecallRequest.newBuilder().setNamespace("n").setQuery(query).build());
  }

  private ListFeedbackResponse list(String namespace) {
    return orchestrator.listFeedback(
        ListFeedbackRequest.newBuilder().setNamespace(namespace).build());
  }

  private static AssembleContextRequest.Builder context() {
    return AssembleContextRequest.newBuilder()
        .setNamespace("n")
        .setSessionId("s")
        .setBudgetTokens(1_000);
  }

  private static RecordFeedbackRequest.Builder feedback(String recallId) {
    return RecordFeedbackRequest.newBuilder().setNamespace("n").setRecallId(recallId);
  }

  private static MemoryLabel label(String memory, Label label) {
    return MemoryLabel.newBuilder().setMemoryId(memory).setLabel(label).build();
  }
}
