package io.mnestic.memory;

import static io.mnestic.memory.Memories.fact;
import static io.mnestic.memory.Memories.turn;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.mnestic.memory.v1.*;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a memory that was not returned, what lost it. */
final class WhyNotIT {
  @TempDir Path data;
  private TestStore store;

  @BeforeEach
  void start() {
    store = TestStore.start(data, Map.<String, Object>of("mnestic.store.index.exact-limit", 300));
    store.createNamespace("n");
    store.client.writeMemories(
        WriteMemoriesRequest.newBuilder()
            .setNamespace("n")
            .addMemories(fact("best", "zebra zebra", 1, 0, 0, 0))
            .addMemories(fact("next", "zebra and a lion and more", 0.9f, 0.1f, 0, 0))
            .addMemories(fact("far", "a lion", 0, 0, 1, 0))
            .addMemories(fact("wordless", "silent"))
            .addMemories(
                turn("said", "s", "the zebra said", 0, 1, 0, 0)
                    .setPinned(true)
                    .putAttributes("a", AttributeValue.newBuilder().setNumber(1).build()))
            .build());
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void belowTheLimitOrAHit() {
    SearchMemoriesResponse all = search(request());
    SearchMemoriesResponse answer =
        search(request().setLimit(1).addAllExplainIds(List.of("wordless", "best", "next", "next")));
    assertThat(answer.getHitsCount()).isEqualTo(1);
    assertThat(answer.getPlacementsList())
        .extracting(Placement::getId)
        .containsExactly("wordless", "best", "next", "next");
    assertThat(answer.getPlacements(1).getFate()).isEqualTo(Fate.FATE_HIT);
    for (Placement placement : answer.getPlacementsList()) {
      SearchHit hit = all.getHits(placement.getRank() - 1);
      assertThat(hit.getMemory().getId()).isEqualTo(placement.getId());
      assertThat(placement.getScore()).isEqualTo(hit.getScore());
      assertThat(placement.getLanesList()).isEqualTo(hit.getLanesList());
      assertThat(placement.getFate())
          .isEqualTo(placement.getRank() == 1 ? Fate.FATE_HIT : Fate.FATE_BELOW_LIMIT);
    }
    // Without hits of its own the answer is the same.
    assertThat(answer.getHitsList()).isEqualTo(all.getHitsList().subList(0, 1));
  }

  @Test
  void notThereOrFiltered() {
    Filter.Builder filter =
        Filter.newBuilder()
            .addKinds(Kind.KIND_FACT)
            .addKinds(Kind.KIND_TURN)
            .setPinned(true)
            .addAttributes(condition("a", 1))
            .addAttributes(condition("a", 2));
    SearchMemoriesResponse answer =
        search(request().setFilter(filter).addAllExplainIds(List.of("gone", "best", "said")));
    assertThat(answer.getPlacements(0).getFate()).isEqualTo(Fate.FATE_NOT_FOUND);
    assertThat(answer.getPlacements(1).getFate()).isEqualTo(Fate.FATE_FILTERED);
    assertThat(answer.getPlacements(1).getFiltersList())
        .containsExactly("attributes[0]", "attributes[1]", "pinned");
    assertThat(answer.getPlacements(2).getFiltersList()).containsExactly("attributes[1]");
    store.client.deleteMemories(
        DeleteMemoriesRequest.newBuilder().setNamespace("n").addIds("said").build());
    assertThat(search(request().addExplainIds("said").setMinRevision(2)).getPlacements(0).getFate())
        .isEqualTo(Fate.FATE_NOT_FOUND);
    assertThat(
            search(request().addExplainIds("said").clearMinRevision().setAsOfRevision(1))
                .getPlacements(0)
                .getFate())
        .isEqualTo(Fate.FATE_HIT);
  }

  @Test
  void nothingToRankItBy() {
    for (SearchMemoriesRequest.Builder request :
        List.of(
            request().setRanking(Ranking.RANKING_DENSE),
            request().setRanking(Ranking.RANKING_LEXICAL),
            request().setFusion(Fusion.FUSION_RECIPROCAL_RANK))) {
      Placement placement = search(request.addExplainIds("wordless")).getPlacements(0);
      assertThat(placement.getFate()).isEqualTo(Fate.FATE_NO_MATCH);
      assertThat(placement.getRank()).isZero();
      assertThat(placement.getLanesList()).isNotEmpty();
    }
  }

  @Test
  void passedOverForOneThatIsUnlike() {
    SearchMemoriesResponse answer =
        search(
            request()
                .setLimit(2)
                .setDiversity(Diversity.newBuilder().setLambda(0.1).setPool(4))
                .addExplainIds("next"));
    assertThat(answer.getHitsList())
        .extracting(hit -> hit.getMemory().getId())
        .doesNotContain("next");
    assertThat(answer.getPlacements(0).getFate()).isEqualTo(Fate.FATE_PASSED_OVER);
    assertThat(answer.getPlacements(0).getRank()).isEqualTo(2);
  }

  @Test
  void neverScored() {
    WriteMemoriesRequest.Builder many = WriteMemoriesRequest.newBuilder().setNamespace("n");
    for (int i = 0; i < 900; i++) {
      many.addMemories(fact("m" + i, "zebra", 1, 0.001f * i, 0, 0));
    }
    long revision = store.client.writeMemories(many.build()).getRevision();
    SearchMemoriesResponse answer =
        search(request().setMinRevision(revision).setLimit(1).addExplainIds("far"));
    assertThat(answer.getExact()).isFalse();
    assertThat(answer.getPlacements(0).getFate()).isEqualTo(Fate.FATE_NOT_CANDIDATE);
  }

  @Test
  void badInput() {
    BadInputIT.refused(
        () -> search(request().addExplainIds("")),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "explain_ids[0]");
    SearchMemoriesRequest.Builder many = request();
    for (int i = 0; i < 21; i++) {
      many.addExplainIds("m" + i);
    }
    BadInputIT.refused(
        () -> search(many), Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", "explain_ids");
  }

  private SearchMemoriesResponse search(SearchMemoriesRequest.Builder request) {
    return store.client.searchMemories(request.build());
  }

  private static SearchMemoriesRequest.Builder request() {
    return SearchMemoriesRequest.newBuilder()
        .setNamespace("n")
        .setText("zebra")
        .addAllVector(List.of(1f, 0f, 0f, 0f))
        .setMinRevision(1);
  }

  private static AttributeCondition condition(String name, double number) {
    return AttributeCondition.newBuilder()
        .setName(name)
        .setEquals(AttributeValue.newBuilder().setNumber(number))
        .build();
  }
}
