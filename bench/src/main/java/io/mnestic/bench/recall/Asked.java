package io.mnestic.bench.recall;

import io.mnestic.bench.services.Clients;
import io.mnestic.orchestrator.v1.Notice;
import io.mnestic.orchestrator.v1.RecallRequest;
import io.mnestic.orchestrator.v1.RecallResponse;
import io.mnestic.orchestrator.v1.RecallWeight;
import io.mnestic.orchestrator.v1.RecalledMemory;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Where a conversation went, to be asked about it.
 *
 * @param revision that holds all of it
 */
record Asked(Clients clients, String namespace, long revision) {
  /** The deepest rank that is measured. */
  private static final int LIMIT = 50;

  /**
   * Recalls for a question.
   *
   * @param weights of lanes that do not have their configured weight
   */
  Reply ask(String question, List<RecallWeight> weights) {
    RecallResponse response =
        clients
            .orchestrator()
            .recall(
                RecallRequest.newBuilder()
                    .setNamespace(namespace)
                    .setQuery(question)
                    .setLimit(LIMIT)
                    .setMinRevision(revision)
                    .addAllWeights(weights)
                    .build());
    if (response.getNoticesCount() > 0) {
      throw new IllegalStateException(
          "this is not the recall that should be measured: "
              + response.getNoticesList().stream().map(Notice::getMessage).toList());
    }
    return new Reply(
        response.getMemoriesList().stream().map(Asked::turnId).toList(),
        response.hasAnswerProbability()
            ? OptionalDouble.of(response.getAnswerProbability())
            : OptionalDouble.empty());
  }

  private static Optional<TurnId> turnId(RecalledMemory recalled) {
    String id =
        recalled.getMemory().getAttributesMap().entrySet().stream()
            .filter(attribute -> attribute.getKey().equals(Ingest.ID_ATTRIBUTE))
            .map(attribute -> attribute.getValue().getText())
            .findFirst()
            .orElse("");
    return TurnId.allIn(id).stream().findFirst();
  }

  /**
   * What came back.
   *
   * @param turns best first; empty for a memory that is no turn
   * @param chance the probability that an answer is stored, if it was told
   */
  record Reply(List<Optional<TurnId>> turns, OptionalDouble chance) {}
}
