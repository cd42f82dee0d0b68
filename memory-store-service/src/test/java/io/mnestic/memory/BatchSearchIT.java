package io.mnestic.memory;

import static io.mnestic.memory.BadInputIT.refused;
import static io.mnestic.memory.Memories.fact;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.mnestic.memory.v1.*;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several searches in one call, through a real server. */
final class BatchSearchIT {
  @TempDir Path data;
  private TestStore store;

  @BeforeEach
  void start() {
    store = TestStore.start(data);
    for (String name : List.of("n", "other")) {
      store.createNamespace(name);
      store.client.writeMemories(
          WriteMemoriesRequest.newBuilder()
              .setNamespace(name)
              .addMemories(fact("zebra", "a zebra in " + name, 1, 0, 0, 0))
              .addMemories(fact("lion", "a lion in " + name, 0, 1, 0, 0))
              .build());
    }
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void eachIsAnsweredAsIfItWereAlone() {
    List<SearchMemoriesRequest> searches =
        List.of(
            search("n", "zebra").build(),
            search("other", "lion").addAllVector(List.of(0f, 1f, 0f, 0f)).build(),
            search("n", "lion").setLimit(1).clearMinRevision().setAsOfRevision(1).build(),
            search("n", "unheard-of").setRanking(Ranking.RANKING_LEXICAL).build());
    BatchSearchMemoriesResponse answer = batch(searches);
    assertThat(answer.getResultsList())
        .extracting(BatchSearchResult::getResponse)
        .containsExactlyElementsOf(searches.stream().map(store.client::searchMemories).toList());
    assertThat(answer.getResults(1).getResponse().getHits(0).getMemory().getValue())
        .isEqualTo("a lion in other");
    assertThat(answer.getResults(3).getResponse().getHitsCount()).isZero();
  }

  @Test
  void oneThatIsRefusedDoesNotDisturbTheOthers() throws Exception {
    BatchSearchMemoriesResponse answer =
        batch(
            List.of(
                search("n", "zebra").build(),
                search("none", "zebra").build(),
                search("n", "zebra").setLimit(1_001).build(),
                search("n", "").build(),
                search("n", "zebra").addVector(1).build(),
                search("n", "lion").build(),
                search("n\u0007", "lion").build()));
    assertThat(answer.getResultsList())
        .extracting(BatchSearchResult::hasResponse)
        .containsExactly(true, false, false, false, false, true, false);
    assertError(answer.getResults(1), Code.NOT_FOUND, "NAMESPACE_NOT_FOUND");
    assertError(answer.getResults(2), Code.INVALID_ARGUMENT, "INVALID_FIELD");
    assertThat(answer.getResults(2).getError().getMessage()).startsWith("limit: ");
    assertError(answer.getResults(3), Code.INVALID_ARGUMENT, "INVALID_FIELD");
    assertError(answer.getResults(4), Code.INVALID_ARGUMENT, "WRONG_DIMENSION");
    assertError(answer.getResults(6), Code.INVALID_ARGUMENT, "INVALID_FIELD");
    assertThat(answer.getResults(6).getError().getMessage()).startsWith("namespace: ");
  }

  @Test
  void whatIsNotDoneInTimeIsRefusedAndTheRestAnswered() throws Exception {
    BatchSearchMemoriesResponse answer =
        store.client.batchSearchMemories(
            BatchSearchMemoriesRequest.newBuilder()
                .addSearches(search("n", "zebra"))
                .addSearches(search("n", "lion"))
                // So little that it is over before the first begins.
                .setTimeLimit(Duration.newBuilder().setNanos(1))
                .build());
    assertThat(answer.getResultsCount()).isEqualTo(2);
    for (BatchSearchResult result : answer.getResultsList()) {
      assertError(result, Code.DEADLINE_EXCEEDED, "TIME_LIMIT");
    }
    assertThat(
            store
                .client
                .batchSearchMemories(
                    BatchSearchMemoriesRequest.newBuilder()
                        .addSearches(search("n", "zebra"))
                        .setTimeLimit(Duration.newBuilder().setSeconds(3_600))
                        .build())
                .getResults(0)
                .hasResponse())
        .isTrue();
  }

  @Test
  void theReplyIsSharedEvenly() {
    String text = "zebra " + "x".repeat(1_000_000);
    for (int i = 0; i < 8; i++) {
      store.client.writeMemories(
          WriteMemoriesRequest.newBuilder()
              .setNamespace("n")
              .addMemories(fact("long" + i, text).setValue(text))
              .build());
    }
    SearchMemoriesRequest asked =
        search("n", "zebra").setRanking(Ranking.RANKING_LEXICAL).setMinRevision(9).build();
    // The short one and all long ones, 16 MiB.
    assertThat(store.client.searchMemories(asked).getHitsCount()).isEqualTo(9);
    BatchSearchMemoriesResponse answer = batch(Collections.nCopies(20, asked));
    assertThat(answer.getSerializedSize()).isLessThan(34 << 20);
    assertThat(answer.getResultsList())
        .allSatisfy(result ->
            assertThat(result.getResponse().getHitsList())
                .extracting(hit -> hit.getMemory().getId())
                .containsExactly("zebra"));
  }

  @Test
  void badBatches() {
    refused(() -> batch(List.of()), Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", "searches");
    refused(
        () -> batch(Collections.nCopies(21, search("n", "zebra").build())),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "searches");
    for (Duration limit :
        List.of(
            Duration.getDefaultInstance(),
            Duration.newBuilder().setSeconds(-1).build(),
            Duration.newBuilder().setSeconds(3_601).build())) {
      refused(
          () ->
              store.client.batchSearchMemories(
                  BatchSearchMemoriesRequest.newBuilder()
                      .addSearches(search("n", "zebra"))
                      .setTimeLimit(limit)
                      .build()),
          Status.Code.INVALID_ARGUMENT,
          "INVALID_FIELD",
          "time_limit");
    }
  }

  private static void assertError(BatchSearchResult result, Code code, String reason)
      throws InvalidProtocolBufferException {
    assertThat(result.getError().getCode()).isEqualTo(code.getNumber());
    for (Any detail : result.getError().getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        assertThat(detail.unpack(ErrorInfo.class).getReason()).isEqualTo(reason);
        return;
      }
    }
    throw new AssertionError("no reason in " + result);
  }

  private BatchSearchMemoriesResponse batch(List<SearchMemoriesRequest> searches) {
    return store.client.batchSearchMemories(
        BatchSearchMemoriesRequest.newBuilder().addAllSearches(searches).build());
  }

  private static SearchMemoriesRequest.Builder search(String namespace, String text) {
    return SearchMemoriesRequest.newBuilder()
        .setNamespace(namespace)
        .setText(text)
        .setMinRevision(1);
  }
}
