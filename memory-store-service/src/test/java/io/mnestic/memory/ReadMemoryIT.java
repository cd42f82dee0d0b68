package io.mnestic.memory;

import static io.mnestic.memory.Memories.fact;
import static io.mnestic.memory.Memories.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.mnestic.memory.v1.DeleteMemoriesRequest;
import io.mnestic.memory.v1.Filter;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.ListMemoriesRequest;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.ReadHop;
import io.mnestic.memory.v1.ReadMemoryRequest;
import io.mnestic.memory.v1.ReadMemoryResponse;
import io.mnestic.memory.v1.ReadModes;
import io.mnestic.memory.v1.ReadWeight;
import io.mnestic.memory.v1.Turn;
import io.mnestic.memory.v1.UpdateNamespaceRequest;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Soft reads over a real channel, against the formulas written out in double precision. */
final class ReadMemoryIT {
  private static final int DIMENSIONS = TestStore.DIMENSIONS;

  @TempDir Path data;
  private TestStore store;
  private long revision;

  @BeforeEach
  void start() {
    store = TestStore.start(data, Map.of("mnestic.store.index.exact-limit", 100));
    store.createNamespace("n");
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void asManyAsThereAreIsTheFullSoftmaxInEveryHop() {
    Random random = new Random(7);
    fill(random, 60);
    Map<String, double[]> keys = keys();
    double[] query = unit(gaussian(random));
    ReadMemoryResponse response = read(request(query).setBeta(6.5).setLimit(60).setHops(3));
    assertThat(response.getRevision()).isEqualTo(revision);
    assertThat(response.getHopsCount()).isEqualTo(3);
    for (ReadHop hop : response.getHopsList()) {
      assertThat(hop.getComplete()).isTrue();
      assertThat(hop.getExact()).isTrue();
      query = checkHop(hop, query, 6.5, keys);
    }
  }

  @Test
  void fewerAreTheSoftmaxOverTheNearest() {
    Random random = new Random(8);
    fill(random, 60);
    double[] query = unit(gaussian(random));
    ReadHop hop = read(request(query).setLimit(5)).getHops(0);
    assertThat(hop.getComplete()).isFalse();
    assertThat(hop.getExact()).isTrue();
    assertThat(hop.getWeightsCount()).isEqualTo(5);
    Map<String, double[]> nearest = new TreeMap<>();
    keys().entrySet().stream()
        .sorted(Comparator.comparingDouble(one -> -dot(query, one.getValue())))
        .limit(5)
        .forEach(one -> nearest.put(one.getKey(), one.getValue()));
    checkHop(hop, query, 10, nearest);
  }

  @Test
  void aFullReadIsFullBeyondWhatSearchesScan() {
    Random random = new Random(9);
    fill(random, 250);
    double[] query = unit(gaussian(random));
    ReadHop full = read(request(query).setLimit(250).setBeta(3)).getHops(0);
    assertThat(full.getComplete()).isTrue();
    checkHop(full, query, 3, keys());
    ReadHop sparse = read(request(query).setLimit(20)).getHops(0);
    assertThat(sparse.getExact()).isFalse();
    assertThat(sparse.getWeightsCount()).isEqualTo(20);
    List<String> best = full.getWeightsList().stream().limit(20).map(ReadWeight::getId).toList();
    assertThat(sparse.getWeightsList().stream().filter(one -> best.contains(one.getId())).count())
        .isGreaterThanOrEqualTo(18);
  }

  @Test
  void attentionMovesAlongSessions() {
    write(
        turn("t1", "s", "one", 1, 0, 0, 0),
        turn("t2", "s", "two", 0, 1, 0, 0),
        turn("t3", "s", "three", 0, 0, 1, 0),
        turn("u1", "u", "other", 0, 0, 0, 1));
    double[] query = {0, 1, 0, 0};
    Map<String, Double> content = weights(request(query).setLimit(1));
    assertThat(content).containsExactly(Map.entry("t2", 1.0));
    assertThat(weights(request(query).setLimit(1).setModes(modes(0, 1, 0))))
        .containsExactly(Map.entry("t2", 0.0), Map.entry("t3", 1.0));
    assertThat(weights(request(query).setLimit(1).setModes(modes(0, 0, 0.5))))
        .containsExactly(Map.entry("t1", 1.0), Map.entry("t2", 0.0));
    ReadHop mixed = read(request(query).setLimit(1).setModes(modes(0.4, 0.2, 0.2))).getHops(0);
    assertThat(mixed.getWeights(0).getId()).isEqualTo("t2");
    assertThat(mixed.getWeights(0).getWeight()).isCloseTo(0.5, offset(1e-12));
    assertThat(mixed.getWeights(0).getContentWeight()).isEqualTo(1.0);
    assertThat(mixed.getWeightsList())
        .extracting(ReadWeight::getId)
        .containsExactly("t2", "t1", "t3");
    assertThat(mixed.getReadList()).containsExactly(0.25f, 0.5f, 0.25f, 0f);
  }

  @Test
  void weightWithNowhereToGoStays() {
    write(
        turn("t1", "s", "one", 1, 0, 0, 0)
            .setTurn(
                Turn.newBuilder()
                    .setSession("s")
                    .setSaidTime(Memories.time("2019-05-01T00:00:00Z"))),
        turn("t2", "s", "two", 0, 1, 0, 0),
        turn("t3", "s", "without a vector"),
        fact("f", "a fact", 0, 0, 0, 1));
    // No turn after t2 has a vector, none is before t1, and a fact is in no session.
    assertThat(weights(request(0, 1, 0, 0).setLimit(1).setModes(modes(0, 1, 0))))
        .containsExactly(Map.entry("t2", 1.0));
    assertThat(weights(request(1, 0, 0, 0).setLimit(1).setModes(modes(0, 0, 1))))
        .containsExactly(Map.entry("t1", 1.0));
    assertThat(weights(request(0, 0, 0, 1).setLimit(1).setModes(modes(0, 1, 1))))
        .containsExactly(Map.entry("f", 1.0));
    // Nor does a link lead to what the filter keeps out, or to what was deleted.
    assertThat(weights(request(1, 0, 0, 0).setLimit(1).setModes(modes(0, 1, 0))))
        .containsExactly(Map.entry("t1", 0.0), Map.entry("t2", 1.0));
    Filter before2020 =
        Filter.newBuilder().setToTime(Memories.time("2020-01-01T00:00:00Z")).build();
    assertThat(
            weights(request(1, 0, 0, 0).setLimit(1).setModes(modes(0, 1, 0)).setFilter(before2020)))
        .containsExactly(Map.entry("t1", 1.0));
    revision =
        store
            .client
            .deleteMemories(
                DeleteMemoriesRequest.newBuilder().setNamespace("n").addIds("t2").build())
            .getRevision();
    assertThat(weights(request(1, 0, 0, 0).setLimit(1).setModes(modes(0, 1, 0))))
        .containsExactly(Map.entry("t1", 1.0));
  }

  @Test
  void onlyWhatPassesTheFilterIsRead() {
    write(
        turn("t1", "s", "one", 1, 0, 0, 0),
        turn("t2", "s", "two", 0, 1, 0, 0),
        fact("f", "a fact", 1, 0, 0, 0));
    Filter facts = Filter.newBuilder().addKinds(Kind.KIND_FACT).build();
    ReadHop hop = read(request(1, 0, 0, 0).setFilter(facts)).getHops(0);
    assertThat(hop.getWeightsList()).extracting(ReadWeight::getId).containsExactly("f");
    assertThat(hop.getComplete()).isTrue();
    ReadHop none =
        read(request(1, 0, 0, 0).setHops(2).setFilter(Filter.newBuilder().addSessions("no")))
            .getHops(1);
    assertThat(none.getWeightsList()).isEmpty();
    assertThat(none.getReadList()).containsExactly(0f, 0f, 0f, 0f);
    assertThat(none.getNextQueryList()).containsExactly(1f, 0f, 0f, 0f);
  }

  @Test
  void whatCancelsOutLeavesTheQuery() {
    write(fact("f", "opposite", -1, 0, 0, 0));
    ReadHop hop = read(request(1, 0, 0, 0)).getHops(0);
    assertThat(hop.getWeights(0).getCosine()).isEqualTo(-1.0);
    assertThat(hop.getReadList()).containsExactly(-1f, 0f, 0f, 0f);
    assertThat(hop.getNextQueryList()).containsExactly(1f, 0f, 0f, 0f);
  }

  @Test
  void aVeryLargeBetaIsTheNearest() {
    Random random = new Random(10);
    fill(random, 30);
    ReadHop hop = read(request(unit(gaussian(random))).setBeta(10_000)).getHops(0);
    assertThat(hop.getWeights(0).getWeight()).isGreaterThan(0.99);
    assertThat(hop.getWeightsList()).allMatch(one -> Double.isFinite(one.getWeight()));
  }

  @Test
  void badRequests() {
    write(fact("f", "a fact", 1, 0, 0, 0));
    refused(request(1, 0, 0), "WRONG_DIMENSION", "vector");
    refused(request(1, Double.NaN, 0, 0), "VECTOR_NOT_FINITE", "vector");
    refused(request(0, 0, 0, 0), "VECTOR_ZERO", "vector");
    for (double beta : new double[] {0, -1, 10_001, Double.NaN, Double.POSITIVE_INFINITY}) {
      refused(request(1, 0, 0, 0).setBeta(beta), "INVALID_FIELD", "beta");
    }
    refused(request(1, 0, 0, 0).setLimit(10_001), "INVALID_FIELD", "limit");
    refused(request(1, 0, 0, 0).setHops(9), "INVALID_FIELD", "hops");
    refused(request(1, 0, 0, 0).setModes(modes(0, 0, 0)), "INVALID_FIELD", "modes");
    refused(request(1, 0, 0, 0).setModes(modes(1, -0.1, 0)), "INVALID_FIELD", "modes.forward");
    refused(
        request(1, 0, 0, 0).setModes(modes(1, 0, Double.NaN)), "INVALID_FIELD", "modes.backward");
    refused(
        request(1, 0, 0, 0).setFilter(Filter.newBuilder().addSpeakers("\u0007")),
        "INVALID_FIELD",
        "filter.speakers[0]");
    BadInputIT.refused(
        () -> store.client.readMemory(request(1, 0, 0, 0).setMinRevision(9).build()),
        Status.Code.OUT_OF_RANGE,
        "REVISION_NOT_REACHED",
        "min_revision");
    BadInputIT.refused(
        () -> store.client.readMemory(request(1, 0, 0, 0).setNamespace("none").build()),
        Status.Code.NOT_FOUND,
        "NAMESPACE_NOT_FOUND",
        "namespace");
  }

  @Test
  void thePastIsReadAsItWas() {
    Random random = new Random(10);
    fill(random, 40);
    write(
        turn("t1", "s", "one", 1, 0, 0, 0),
        turn("t2", "s", "two", 0, 1, 0, 0),
        turn("t3", "s", "three", 0, 0, 1, 0));
    long then = revision;
    ReadMemoryRequest.Builder asked =
        request(unit(gaussian(random)))
            .setBeta(4)
            .setLimit(30)
            .setHops(3)
            .setModes(modes(0.5, 0.3, 0.2))
            .setFilter(Filter.newBuilder().addKinds(Kind.KIND_TURN).addKinds(Kind.KIND_FACT));
    ReadMemoryResponse before = read(asked);
    assertThat(before.getRevision()).isEqualTo(then);
    // All other vectors, one turn gone, another one come.
    fill(random, 40);
    store.client.deleteMemories(
        DeleteMemoriesRequest.newBuilder().setNamespace("n").addIds("t2").build());
    write(turn("t4", "s", "four", 0, 1, 0, 0));
    assertThat(read(asked)).isNotEqualTo(before);
    asked.clearMinRevision();
    assertThat(store.client.readMemory(asked.setAsOfRevision(then).build())).isEqualTo(before);
    assertThat(store.client.readMemory(asked.setAsOfTime(timeOf(then)).build())).isEqualTo(before);
    assertThat(store.client.readMemory(asked.setAsOfRevision(0).build()).getHops(0))
        .satisfies(hop -> assertThat(hop.getWeightsCount()).isZero())
        .satisfies(hop -> assertThat(hop.getComplete()).isTrue());
    // The head, as of its own revision.
    assertThat(store.client.readMemory(asked.setAsOfRevision(revision).build()))
        .isEqualTo(read(asked.clone().clearAsOf()));
  }

  @Test
  void aPastThatCanNotBeRead() {
    write(fact("a", "a", 1, 0, 0, 0));
    write(fact("a", "b", 0, 1, 0, 0));
    refused(
        request(1, 0, 0, 0).setMinRevision(1).setAsOfRevision(1), "INVALID_FIELD", "min_revision");
    refused(
        request(1, 0, 0, 0).setAsOfTime(Timestamp.newBuilder().setNanos(-1)),
        "INVALID_FIELD",
        "as_of_time");
    BadInputIT.refused(
        () -> store.client.readMemory(request(1, 0, 0, 0).setAsOfRevision(3).build()),
        Status.Code.OUT_OF_RANGE,
        "REVISION_NOT_REACHED",
        "as_of_revision");
    store.client.updateNamespace(
        UpdateNamespaceRequest.newBuilder()
            .setNamespace("n")
            .setHistoryRetention(Duration.getDefaultInstance())
            .build());
    BadInputIT.refused(
        () -> store.client.readMemory(request(1, 0, 0, 0).setAsOfRevision(1).build()),
        Status.Code.OUT_OF_RANGE,
        "REVISION_EXPIRED",
        "as_of_revision");
  }

  private Timestamp timeOf(long of) {
    return store
        .client
        .listMemories(
            ListMemoriesRequest.newBuilder().setNamespace("n").setAsOfRevision(of).build())
        .getMemoriesList()
        .stream()
        .filter(memory -> memory.getRevision() == of)
        .findFirst()
        .orElseThrow()
        .getUpdateTime();
  }

  private void refused(ReadMemoryRequest.Builder request, String reason, String field) {
    ThrowingCallable call = () -> store.client.readMemory(request.build());
    BadInputIT.refused(call, Status.Code.INVALID_ARGUMENT, reason, field);
  }

  /** Checks a hop against softmax, weighted mean and next query of these keys; gives the last. */
  private static double[] checkHop(
      ReadHop hop, double[] query, double beta, Map<String, double[]> keys) {
    double sum = keys.values().stream().mapToDouble(key -> Math.exp(beta * dot(query, key))).sum();
    double[] mean = new double[DIMENSIONS];
    keys.forEach((id, key) -> {
      double weight = Math.exp(beta * dot(query, key)) / sum;
      for (int i = 0; i < DIMENSIONS; i++) {
        mean[i] += weight * key[i];
      }
      ReadWeight answered =
          hop.getWeightsList().stream()
              .filter(one -> one.getId().equals(id))
              .findFirst()
              .orElseThrow();
      assertThat(answered.getWeight()).isCloseTo(weight, offset(1e-5));
      assertThat(answered.getContentWeight()).isEqualTo(answered.getWeight());
      assertThat(answered.getCosine()).isCloseTo(dot(query, key), offset(1e-6));
    });
    assertThat(hop.getWeightsCount()).isEqualTo(keys.size());
    assertThat(hop.getWeightsList())
        .isSortedAccordingTo(Comparator.comparingDouble(ReadWeight::getWeight).reversed());
    assertThat(hop.getWeightsList().stream().mapToDouble(ReadWeight::getWeight).sum())
        .isCloseTo(1, offset(1e-9));
    double[] next = new double[DIMENSIONS];
    for (int i = 0; i < DIMENSIONS; i++) {
      assertThat((double) hop.getRead(i)).isCloseTo(mean[i], offset(1e-5));
      next[i] = query[i] + mean[i];
    }
    double[] normalised = unit(next);
    for (int i = 0; i < DIMENSIONS; i++) {
      assertThat((double) hop.getNextQuery(i)).isCloseTo(normalised[i], offset(1e-5));
    }
    return normalised;
  }

  private Map<String, Double> weights(ReadMemoryRequest.Builder request) {
    Map<String, Double> weights = new TreeMap<>();
    read(request)
        .getHops(0)
        .getWeightsList()
        .forEach(one -> weights.put(one.getId(), one.getWeight()));
    return weights;
  }

  private ReadMemoryResponse read(ReadMemoryRequest.Builder request) {
    return store.client.readMemory(request.setMinRevision(revision).build());
  }

  private static ReadMemoryRequest.Builder request(double... query) {
    ReadMemoryRequest.Builder request = ReadMemoryRequest.newBuilder().setNamespace("n");
    for (double value : query) {
      request.addVector((float) value);
    }
    return request;
  }

  private static ReadModes modes(double content, double forward, double backward) {
    return ReadModes.newBuilder()
        .setContent(content)
        .setForward(forward)
        .setBackward(backward)
        .build();
  }

  private void fill(Random random, int count) {
    List<Memory.Builder> memories = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] vector = gaussian(random);
      float[] key = new float[DIMENSIONS];
      for (int d = 0; d < DIMENSIONS; d++) {
        key[d] = (float) vector[d];
      }
      memories.add(fact("m" + i, "text", key));
    }
    write(memories.toArray(Memory.Builder[]::new));
  }

  private void write(Memory.Builder... memories) {
    WriteMemoriesRequest.Builder request = WriteMemoriesRequest.newBuilder().setNamespace("n");
    for (Memory.Builder memory : memories) {
      request.addMemories(memory);
    }
    revision = store.client.writeMemories(request.build()).getRevision();
  }

  private Map<String, double[]> keys() {
    Map<String, double[]> keys = new TreeMap<>();
    store
        .client
        .listMemories(
            ListMemoriesRequest.newBuilder()
                .setNamespace("n")
                .setWithVectors(true)
                .setPageSize(1_000)
                .build())
        .getMemoriesList()
        .forEach(memory ->
            keys.put(
                memory.getId(),
                memory.getVectors(0).getValuesList().stream()
                    .mapToDouble(Float::doubleValue)
                    .toArray()));
    return keys;
  }

  private static double[] gaussian(Random random) {
    return random.doubles(DIMENSIONS, -1, 1).toArray();
  }

  private static double[] unit(double[] vector) {
    double norm = Math.sqrt(dot(vector, vector));
    return Arrays.stream(vector).map(value -> value / norm).toArray();
  }

  private static double dot(double[] one, double[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += one[i] * other[i];
    }
    return sum;
  }
}
