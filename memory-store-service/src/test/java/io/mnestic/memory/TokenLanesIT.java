package io.mnestic.memory;

import static io.mnestic.memory.Memories.fact;
import static io.mnestic.memory.Memories.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.mnestic.memory.v1.Diversity;
import io.mnestic.memory.v1.Fusion;
import io.mnestic.memory.v1.GetMemoryRequest;
import io.mnestic.memory.v1.GetNamespaceRequest;
import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.memory.v1.LaneWeight;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryVectors;
import io.mnestic.memory.v1.PutVectorsRequest;
import io.mnestic.memory.v1.SearchHit;
import io.mnestic.memory.v1.SearchMemoriesRequest;
import io.mnestic.memory.v1.SearchMemoriesResponse;
import io.mnestic.memory.v1.TokenVectors;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Late interaction over a real store: written, found by, replaced, deleted, and there after a
 * restart.
 */
final class TokenLanesIT {
  private static final int EAST = 0;
  private static final int NORTH = 1;
  private static final int UP = 2;

  @TempDir Path data;

  @Test
  void tokensRankAnewWhatTheVectorsFound() {
    try (TestStore store = TestStore.start(data)) {
      store.createNamespace("n");
      fill(store);
      assertThat(ids(search(store, 0))).startsWith("a");
      SearchMemoriesResponse found = search(store, 5);
      assertThat(ids(found)).startsWith("b");
      SearchHit best = found.getHits(0);
      LaneScore tokens = lane(best, Lane.LANE_TOKENS);
      // The query's token, packed at a bit a number, is its own nearest.
      assertThat(tokens.getRaw()).isCloseTo(1, within(0.15));
      assertThat(tokens.getWeight()).isEqualTo(5);
      assertThat(best.getScore())
          .isCloseTo(
              best.getLanesList().stream()
                  .mapToDouble(lane -> lane.getNormalized() * lane.getWeight())
                  .sum(),
              within(1e-9));
    }
  }

  @Test
  void aMemoryWithoutTokensIsTakenToBeAsNearAsItsVector() {
    try (TestStore store = TestStore.start(data)) {
      store.createNamespace("n");
      fill(store);
      SearchHit without =
          search(store, 5).getHitsList().stream()
              .filter(hit -> hit.getMemory().getId().equals("plain"))
              .findFirst()
              .orElseThrow();
      LaneScore tokens = lane(without, Lane.LANE_TOKENS);
      assertThat(tokens.getRaw()).isZero();
      assertThat(tokens.getNormalized()).isEqualTo(lane(without, Lane.LANE_DENSE).getNormalized());
    }
  }

  @Test
  void contextTokensAreALaneOfTheirOwnAndKeyTokensStandInForThem() {
    try (TestStore store = TestStore.start(data)) {
      store.createNamespace("n");
      write(
          store,
          fact("both", "x", 1, 0, 0, 0)
              .addTokenVectors(tokens("key", NORTH))
              .addTokenVectors(tokens("context", EAST)),
          fact("key", "x", 1, 0, 0, 0).addTokenVectors(tokens("key", NORTH)),
          fact("up", "x", 1, 0, 0, 0).addTokenVectors(tokens("key", UP)));
      List<SearchHit> hits =
          store
              .client
              .searchMemories(
                  request(EAST)
                      .addWeights(weight(Lane.LANE_TOKENS, 1))
                      .addWeights(weight(Lane.LANE_TOKENS_CONTEXT, 1))
                      .build())
              .getHitsList();
      assertThat(hits.getFirst().getMemory().getId()).isEqualTo("both");
      assertThat(lane(hits.getFirst(), Lane.LANE_TOKENS_CONTEXT).getRaw())
          .isGreaterThan(lane(hits.getFirst(), Lane.LANE_TOKENS).getRaw() + 0.5);
      SearchHit key =
          hits.stream()
              .filter(hit -> hit.getMemory().getId().equals("key"))
              .findFirst()
              .orElseThrow();
      assertThat(lane(key, Lane.LANE_TOKENS_CONTEXT).getRaw())
          .isEqualTo(lane(key, Lane.LANE_TOKENS).getRaw());
    }
  }

  @Test
  void tokensComeLaterAreReplacedAndSurviveARestart() {
    try (TestStore store = TestStore.start(data)) {
      store.createNamespace("n");
      fill(store);
      put(store, "plain", NORTH);
      assertThat(ids(search(store, 5)).subList(0, 2)).containsExactlyInAnyOrder("b", "plain");
      put(store, "b", UP);
      assertThat(ids(search(store, 5))).startsWith("plain");
    }
    try (TestStore store = TestStore.start(data)) {
      SearchMemoriesResponse found = search(store, 5);
      assertThat(ids(found)).startsWith("plain");
      assertThat(found.getHitsList())
          .allSatisfy(hit -> assertThat(hit.getMemory().getTokenVectorsCount()).isZero());
      Memory read =
          store
              .client
              .getMemory(
                  GetMemoryRequest.newBuilder()
                      .setNamespace("n")
                      .setId("plain")
                      .setWithVectors(true)
                      .build())
              .getMemory();
      assertThat(read.getTokenVectorsCount()).isZero();
    }
  }

  @Test
  void aNewVersionWithoutTokensDoesNotKeepTheOldOnes() {
    try (TestStore store = TestStore.start(data)) {
      store.createNamespace("n");
      fill(store);
      write(store, fact("b", "b again", 0, 0, 1, 0));
      SearchHit again =
          search(store, 5).getHitsList().stream()
              .filter(hit -> hit.getMemory().getId().equals("b"))
              .findFirst()
              .orElseThrow();
      assertThat(lane(again, Lane.LANE_TOKENS).getRaw()).isZero();
    }
  }

  @Test
  void badTokensAreRefusedAndNothingIsWritten() {
    try (TestStore store = TestStore.start(data)) {
      store.createNamespace("n");
      TokenVectors good = tokens("key", EAST);
      refused(store, good.toBuilder().clearIds(), "INVALID_FIELD", ".ids");
      refused(store, good.toBuilder().addIds(2), "WRONG_DIMENSION", ".vectors");
      refused(
          store,
          good.toBuilder().setVectors(good.getVectors().substring(1)),
          "WRONG_DIMENSION",
          ".vectors");
      refused(store, good.toBuilder().clearScales(), "INVALID_FIELD", ".scales");
      for (float scale : new float[] {0, -1, 2, Float.NaN, Float.POSITIVE_INFINITY}) {
        refused(store, good.toBuilder().setScales(0, scale), "VECTOR_NOT_FINITE", ".scales[0]");
      }
      refused(
          store,
          good.toBuilder().setVectors(ByteString.copyFrom(new byte[4])),
          "VECTOR_ZERO",
          ".vectors");
      refused(store, good.toBuilder().setName("passage/1"), "INVALID_FIELD", ".name");
      refused(
          store,
          good.toBuilder().setPacked(ByteString.copyFrom(new byte[9])),
          "INVALID_FIELD",
          ".packed");
      for (TokenVectors packed : damaged()) {
        BadInputIT.refused(
            () -> write(store, fact("a", "a").addTokenVectors(packed)),
            Status.Code.INVALID_ARGUMENT,
            "INVALID_FIELD",
            "memories[0].token_vectors[0].packed");
      }
      BadInputIT.refused(
          () -> write(store, fact("a", "a").addTokenVectors(good).addTokenVectors(good)),
          Status.Code.INVALID_ARGUMENT,
          "INVALID_FIELD",
          "memories[0].token_vectors[1].name");
      assertThat(
              store
                  .client
                  .getNamespace(GetNamespaceRequest.newBuilder().setNamespace("n").build())
                  .getNamespace()
                  .getMemoryCount())
          .isZero();
    }
  }

  @Test
  void whatIsRankedAnewIsNeitherByRankNorDiverseNorExplained() {
    try (TestStore store = TestStore.start(data)) {
      store.createNamespace("n");
      for (SearchMemoriesRequest.Builder request :
          List.of(
              request(EAST).setFusion(Fusion.FUSION_RECIPROCAL_RANK),
              request(EAST).setDiversity(Diversity.getDefaultInstance()),
              request(EAST).addExplainIds("a"))) {
        BadInputIT.refused(
            () -> store.client.searchMemories(request.build()),
            Status.Code.INVALID_ARGUMENT,
            "INVALID_FIELD",
            request.hasDiversity()
                ? "diversity"
                : request.getExplainIdsCount() > 0 ? "explain_ids" : "fusion");
      }
    }
  }

  /** What the store makes of one vector of 4 numbers has 14 bytes; these are not such. */
  private static List<TokenVectors> damaged() {
    ByteBuffer whole = ByteBuffer.allocate(14).order(ByteOrder.LITTLE_ENDIAN);
    whole.put((byte) 1).putFloat(0.01f).put(new byte[4]).putFloat(0.5f).put((byte) 5);
    TokenVectors.Builder tokens = TokenVectors.newBuilder().setName("key").addIds(1);
    return List.of(
        tokens.setPacked(ByteString.copyFrom(whole.array(), 0, 13)).build(),
        tokens
            .setPacked(
                ByteString.copyFrom(whole.array().clone()).concat(ByteString.copyFrom(new byte[5])))
            .build(),
        tokens
            .setPacked(
                ByteString.copyFrom(
                    whole.duplicate().order(ByteOrder.LITTLE_ENDIAN).put(0, (byte) 2).array()))
            .build(),
        tokens
            .setPacked(ByteString.copyFrom(whole.put(0, (byte) 1).putFloat(1, Float.NaN).array()))
            .build(),
        tokens
            .setPacked(ByteString.copyFrom(whole.putFloat(1, 1).putFloat(9, -1).array()))
            .build());
  }

  /** The same tokens in a write, in a put and in a search. */
  private static void refused(
      TestStore store, TokenVectors.Builder tokens, String reason, String field) {
    ThrowingCallable write = () -> write(store, fact("a", "a").addTokenVectors(tokens));
    BadInputIT.refused(
        write, Status.Code.INVALID_ARGUMENT, reason, "memories[0].token_vectors[0]" + field);
    BadInputIT.refused(
        () ->
            store.client.putVectors(
                PutVectorsRequest.newBuilder()
                    .setNamespace("n")
                    .addMemories(
                        MemoryVectors.newBuilder()
                            .setId("a")
                            .setRevision(1)
                            .addVectors(vector("key", 1, 0, 0, 0))
                            .addTokenVectors(tokens))
                    .build()),
        Status.Code.INVALID_ARGUMENT,
        reason,
        "memories[0].token_vectors[0]" + field);
    BadInputIT.refused(
        () ->
            store.client.searchMemories(
                request(EAST)
                    .setTokenVectors(tokens)
                    .addWeights(weight(Lane.LANE_TOKENS, 1))
                    .build()),
        Status.Code.INVALID_ARGUMENT,
        reason,
        "token_vectors" + field);
  }

  /** "a" has the vector that is asked for and other tokens, "b" the other way round. */
  private static void fill(TestStore store) {
    write(
        store,
        fact("a", "a", 0, 1, 0, 0).addTokenVectors(tokens("key", EAST)),
        fact("b", "b", 0, 0, 1, 0).addTokenVectors(tokens("key", NORTH)),
        fact("c", "c", 1, 0, 0, 0).addTokenVectors(tokens("key", UP)),
        fact("plain", "d", 0, 0.5f, 0.5f, 0));
  }

  private static void write(TestStore store, Memory.Builder... memories) {
    WriteMemoriesRequest.Builder request = WriteMemoriesRequest.newBuilder().setNamespace("n");
    for (Memory.Builder memory : memories) {
      request.addMemories(memory);
    }
    store.client.writeMemories(request.build());
  }

  private static void put(TestStore store, String id, int token) {
    assertThat(
            store
                .client
                .putVectors(
                    PutVectorsRequest.newBuilder()
                        .setNamespace("n")
                        .addMemories(
                            MemoryVectors.newBuilder()
                                .setId(id)
                                .setRevision(1)
                                .addVectors(vector("key", 0, 0, 1, 0))
                                .addTokenVectors(tokens("key", token)))
                        .build())
                .getUpdated())
        .isEqualTo(1);
    // Vectors take no revision to wait for, but what is written after them does.
    write(store, fact("after", "after", 0, 0, 0, 1));
  }

  private static SearchMemoriesResponse search(TestStore store, double weight) {
    long revision =
        store
            .client
            .getNamespace(GetNamespaceRequest.newBuilder().setNamespace("n").build())
            .getNamespace()
            .getRevision();
    return store.client.searchMemories(
        request(NORTH)
            .setMinRevision(revision)
            .addWeights(weight(Lane.LANE_TOKENS, weight))
            .build());
  }

  private static SearchMemoriesRequest.Builder request(int token) {
    return SearchMemoriesRequest.newBuilder()
        .setNamespace("n")
        .addAllVector(List.of(0f, 1f, 0f, 0f))
        .setTokenVectors(tokens("key", token));
  }

  private static LaneWeight weight(Lane lane, double weight) {
    return LaneWeight.newBuilder().setLane(lane).setWeight(weight).build();
  }

  /** One token along an axis. */
  private static TokenVectors tokens(String name, int axis) {
    byte[] vector = new byte[4];
    vector[axis] = 127;
    return TokenVectors.newBuilder()
        .setName(name)
        .addIds(axis)
        .setVectors(ByteString.copyFrom(vector))
        .addScales(1 / 127f)
        .build();
  }

  private static List<String> ids(SearchMemoriesResponse found) {
    return found.getHitsList().stream().map(hit -> hit.getMemory().getId()).toList();
  }

  private static LaneScore lane(SearchHit hit, Lane lane) {
    return hit.getLanesList().stream()
        .filter(score -> score.getLane() == lane)
        .findFirst()
        .orElseThrow();
  }
}
