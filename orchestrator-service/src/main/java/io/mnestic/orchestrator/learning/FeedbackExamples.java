package io.mnestic.orchestrator.learning;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.orchestrator.feedback.FeedbackRecords;
import io.mnestic.orchestrator.v1.Feedback;
import io.mnestic.orchestrator.v1.JudgedMemory;
import io.mnestic.orchestrator.v1.Label;
import io.mnestic.orchestrator.v1.ListFeedbackRequest;
import io.mnestic.orchestrator.v1.ListFeedbackResponse;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** The feedback of a namespace as a learner takes it. */
@Singleton
final class FeedbackExamples {
  private static final int PAGE = 1_000;

  /** As many recalls as encoder-service takes. */
  private static final int MOST_RECALLS = 10_000;

  /** Lane scores of all recalls together, so that they fit into one message. */
  private static final long MOST_SCORES = 8_000_000;

  private static final int ONE_HELD_BACK_OF = 5;

  private final FeedbackRecords records;

  FeedbackExamples(FeedbackRecords records) {
    this.records = records;
  }

  /**
   * What was said until a moment, of recalls by meaning; the newest if it is too much for one
   * training.
   *
   * @throws Refusal FEEDBACK_EMPTY, or FEEDBACK_ONE_SIDED if no recall has both a memory that
   *     helped and one that did not
   */
  Said until(String namespace, Timestamp moment) {
    Deque<Feedback> said = new ArrayDeque<>();
    long scores = 0;
    String token = "";
    do {
      ListFeedbackResponse page =
          records.list(
              ListFeedbackRequest.newBuilder()
                  .setNamespace(namespace)
                  .setPageSize(PAGE)
                  .setPageToken(token)
                  .build());
      for (Feedback feedback : page.getFeedbackList()) {
        if (Timestamps.compare(feedback.getCreateTime(), moment) <= 0 && isByMeaning(feedback)) {
          said.add(feedback);
          scores += scores(feedback);
        }
        while (said.size() > MOST_RECALLS || scores > MOST_SCORES) {
          scores -= scores(said.remove());
        }
      }
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    requireBothSides(said);
    return Said.of(said);
  }

  private static void requireBothSides(Deque<Feedback> said) {
    if (said.stream().allMatch(feedback -> labelled(feedback) == 0)) {
      throw Refusal.of(
              Reason.REASON_FEEDBACK_EMPTY,
              "no recall of this namespace has labels: give some with RecordFeedback")
          .withField("namespace");
    }
    if (said.stream().noneMatch(FeedbackExamples::tellsApart)) {
      throw Refusal.of(
              Reason.REASON_FEEDBACK_ONE_SIDED,
              "no recall of this namespace has both a memory that helped and one that did not:"
                  + " label the ones that helped among others")
          .withField("namespace");
    }
  }

  /** What is not labelled stood beside what helped, and was not chosen. */
  static boolean tellsApart(Feedback feedback) {
    long helped =
        feedback.getMemoriesList().stream()
            .filter(memory -> memory.getLabel() == Label.LABEL_HELPED)
            .count();
    return helped > 0 && helped < feedback.getMemoriesCount();
  }

  private static long labelled(Feedback feedback) {
    return feedback.getMemoriesList().stream()
        .filter(memory -> memory.getLabel() != Label.LABEL_UNSPECIFIED)
        .count();
  }

  /** A recall by words alone weighs its lanes in another way. */
  private static boolean isByMeaning(Feedback feedback) {
    return feedback.getMemoriesList().stream()
        .flatMap(memory -> memory.getLanesList().stream())
        .anyMatch(lane -> lane.getLane() == Lane.LANE_DENSE);
  }

  private static long scores(Feedback feedback) {
    return feedback.getMemoriesList().stream().mapToLong(JudgedMemory::getLanesCount).sum();
  }

  /**
   * Feedback in two parts. Which one a recall is in depends on its id alone, so no later version
   * learns from what an earlier one was evaluated on.
   *
   * @param learnt to train with
   * @param heldBack to evaluate with; those that tell something apart
   * @param weights of the fixed fusion
   */
  record Said(List<Feedback> learnt, List<Feedback> heldBack, SortedMap<Lane, Double> weights) {
    static Said of(Deque<Feedback> said) {
      List<Feedback> learnt = new ArrayList<>();
      List<Feedback> heldBack = new ArrayList<>();
      SortedMap<Lane, Double> weights = new TreeMap<>();
      for (Feedback feedback : said) {
        for (JudgedMemory memory : feedback.getMemoriesList()) {
          List<LaneScore> lanes = memory.getLanesList();
          Heads.collect(lanes, weights);
        }
        if (!isHeldBack(feedback.getId())) {
          learnt.add(feedback);
        } else if (tellsApart(feedback)) {
          heldBack.add(feedback);
        }
      }
      return new Said(learnt, heldBack, weights);
    }

    private static boolean isHeldBack(String id) {
      CRC32C hash = new CRC32C();
      hash.update(id.getBytes(StandardCharsets.UTF_8));
      return hash.getValue() % ONE_HELD_BACK_OF == 0;
    }
  }
}
