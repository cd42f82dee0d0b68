package io.mnestic.memory.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mnestic.memory.v1.Filter;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.NamedVector;
import io.mnestic.memory.v1.Ranking;
import io.mnestic.memory.v1.Turn;
import io.mnestic.store.v1.LogEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.StringHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fused searches against the formulas of the contract, computed plainly: cosines, BM25 of turns and
 * of whole sessions, mean and deviation over the sample, weighted sums, ties by id. Over several
 * segments, with superseded and deleted memories, and memories without some or all vectors.
 */
final class FusedReferenceTest {
  private static final int DIMENSIONS = 24;
  private static final int SAMPLE = 1_024;
  private static final int HASH_SEED = 0x6d6e6573;
  private static final double K1 = 1.2;
  private static final double B = 0.75;
  private static final Map<Lane, Double> WEIGHTS =
      Map.of(
          Lane.LANE_DENSE, 1.0,
          Lane.LANE_DENSE_CONTEXT, 0.8,
          Lane.LANE_LEXICAL, 0.5,
          Lane.LANE_SESSION, 0.6);

  /** Context is told of, but does not count. */
  private static final Map<Lane, Double> WITHOUT_CONTEXT =
      Map.of(Lane.LANE_DENSE, 1.0, Lane.LANE_LEXICAL, 0.5, Lane.LANE_SESSION, 0.6);

  private final Random random = new Random(17);
  private final Map<String, Memory> stored = new TreeMap<>();

  private long position;

  @TempDir Path folder;

  @Test
  void everyScoreIsWhatTheFormulasGive() {
    IndexSettings settings = new IndexSettings(10_000, Duration.ofMillis(100), 16, 100, 1_000, 32);
    try (NamespaceIndex index = new LuceneMemoryIndex(folder, settings).open(1, DIMENSIONS)) {
      fill(index);
      for (int i = 0; i < 20; i++) {
        check(index, WEIGHTS, Filter.getDefaultInstance());
        check(index, WITHOUT_CONTEXT, Filter.getDefaultInstance());
        check(index, WEIGHTS, Filter.newBuilder().addSessions("s1").addSessions("s2").build());
      }
    }
  }

  private void fill(NamespaceIndex index) {
    for (int from = 0; from < 1_500; from += 300) {
      LogEntry.Builder entry = entry();
      for (int i = from; i < from + 300; i++) {
        add(entry, i);
      }
      index.apply(entry.build());
      index.commit();
    }
    LogEntry.Builder changes = entry();
    for (int i = 0; i < 1_500; i += 7) {
      String id = "m" + i;
      if (i % 2 == 0) {
        changes.addDeletedMemories(id);
        stored.remove(id);
      } else {
        add(changes, i);
      }
    }
    index.apply(changes.build());
  }

  private LogEntry.Builder entry() {
    position++;
    return LogEntry.newBuilder().setPosition(position).setRevision(position);
  }

  private void add(LogEntry.Builder entry, int i) {
    // Few different words and vectors, so that many memories tie.
    Memory.Builder memory =
        Memory.newBuilder()
            .setId("m" + i)
            .setKind(i % 10 == 0 ? Kind.KIND_FACT : Kind.KIND_TURN)
            .setKey(words(1 + random.nextInt(12)))
            .setRevision(position);
    if (i % 10 != 0) {
      memory.setTurn(Turn.newBuilder().setSession("s" + i % 13).setSequence(i + 1));
    }
    if (i % 5 != 0) {
      memory.addVectors(vector("key", unit(new Random(random.nextInt(40)))));
    }
    if (i % 3 == 0) {
      memory.addVectors(vector("context", unit(random)));
    }
    stored.put("m" + i, memory.build());
    entry.addMemories(memory);
  }

  private void check(NamespaceIndex index, Map<Lane, Double> weights, Filter filter) {
    String text = words(3);
    float[] vector = unit(random);
    IndexAnswer answer =
        index.search(
            new IndexQuery(
                text,
                Optional.of(vector),
                Ranking.RANKING_FUSED,
                weights,
                filter,
                40,
                1,
                position));
    assertThat(answer.exact()).isTrue();
    Map<String, Map<Lane, Double>> normalized = new HashMap<>();
    Map<String, Map<Lane, Double>> raw = raw(text, vector);
    for (Lane lane : WEIGHTS.keySet()) {
      double[] stats = stats(raw, lane);
      stored
          .keySet()
          .forEach(id ->
              normalized
                  .computeIfAbsent(id, it -> new HashMap<>())
                  .put(lane, normalized(score(raw, id, lane), stats)));
    }
    ToDoubleFunction<String> total =
        id ->
            weights.entrySet().stream()
                .mapToDouble(weight -> weight.getValue() * score(normalized, id, weight.getKey()))
                .sum();
    List<String> passing =
        stored.values().stream()
            .filter(memory ->
                filter.getSessionsCount() == 0
                    || filter.getSessionsList().contains(memory.getTurn().getSession()))
            .map(Memory::getId)
            .toList();
    List<Double> best =
        passing.stream()
            .map(total::applyAsDouble)
            .sorted(Comparator.reverseOrder())
            .limit(40)
            .toList();
    List<IndexHit> all = new ArrayList<>(answer.hits());
    all.addAll(answer.neighbors());
    for (int i = 0; i < best.size(); i++) {
      assertThat(answer.hits().get(i).score()).isCloseTo(best.get(i), within(1e-4));
    }
    assertThat(answer.hits())
        .isSortedAccordingTo(
            Comparator.comparingDouble(IndexHit::score).reversed().thenComparing(IndexHit::id));
    assertThat(all).extracting(IndexHit::id).doesNotHaveDuplicates().isSubsetOf(passing);
    for (IndexHit hit : all) {
      assertThat(hit.score()).isCloseTo(total.applyAsDouble(hit.id()), within(1e-4));
      assertThat(hit.lanes()).hasSize(4);
      for (LaneScore lane : hit.lanes()) {
        double expected = score(raw, hit.id(), lane.getLane());
        assertThat(lane.getRaw())
            .as("%s of %s", lane.getLane(), hit.id())
            .isCloseTo(Double.isNaN(expected) ? 0 : expected, within(1e-4));
        assertThat(lane.getNormalized())
            .isCloseTo(score(normalized, hit.id(), lane.getLane()), within(1e-4));
      }
    }
  }

  /** Of each memory on each lane; NaN where it has no vector. */
  private Map<String, Map<Lane, Double>> raw(String query, float[] vector) {
    Map<String, List<String>> sessions = new HashMap<>();
    Map<String, List<String>> texts = new HashMap<>();
    stored
        .values()
        .forEach(memory -> {
          List<String> words = List.of(memory.getKey().split(" "));
          texts.put(memory.getId(), words);
          if (memory.hasTurn()) {
            sessions
                .computeIfAbsent(memory.getTurn().getSession(), it -> new ArrayList<>())
                .addAll(words);
          }
        });
    Map<String, Double> ofSessions = bm25(sessions, query);
    Map<String, Double> ofTexts = bm25(texts, query);
    Map<String, Map<Lane, Double>> raw = new HashMap<>();
    stored.forEach((id, memory) -> {
      double dense = cosine(memory, "key", vector);
      double context = cosine(memory, "context", vector);
      raw.put(
          id,
          Map.of(
              Lane.LANE_DENSE,
              dense,
              Lane.LANE_DENSE_CONTEXT,
              Double.isNaN(context) ? dense : context,
              Lane.LANE_LEXICAL,
              ofTexts.getOrDefault(id, 0.0),
              Lane.LANE_SESSION,
              ofSessions.getOrDefault(memory.getTurn().getSession(), 0.0)));
    });
    return raw;
  }

  /** With the statistics of the texts that are there, and no others. */
  private static Map<String, Double> bm25(Map<String, List<String>> texts, String query) {
    Collection<List<String>> counted = texts.values();
    double average = counted.stream().mapToInt(List::size).average().orElseThrow();
    Map<String, Double> scores = new HashMap<>();
    for (String word : List.of(query.split(" "))) {
      double having = counted.stream().filter(text -> text.contains(word)).count();
      double rarity = Math.log(1 + (counted.size() - having + 0.5) / (having + 0.5));
      texts.forEach((name, text) -> {
        double frequency = text.stream().filter(word::equals).count();
        double length = 1 - B + B * text.size() / average;
        scores.merge(name, rarity * frequency / (frequency + K1 * length), Double::sum);
      });
    }
    return scores;
  }

  private double[] stats(Map<String, Map<Lane, Double>> raw, Lane lane) {
    double[] sample =
        stored.keySet().stream()
            .sorted(Comparator.comparingLong(FusedReferenceTest::hash))
            .limit(SAMPLE)
            .mapToDouble(id -> score(raw, id, lane))
            .filter(score -> !Double.isNaN(score))
            .toArray();
    double mean = Arrays.stream(sample).average().orElseThrow();
    double variance =
        Arrays.stream(sample).map(score -> (score - mean) * (score - mean)).average().orElseThrow();
    return new double[] {mean, Math.sqrt(variance)};
  }

  private static double normalized(double raw, double[] stats) {
    return Double.isNaN(raw) || stats[1] < 1e-9 ? 0 : (raw - stats[0]) / stats[1];
  }

  private static double score(Map<String, Map<Lane, Double>> scores, String id, Lane lane) {
    return Objects.requireNonNull(Objects.requireNonNull(scores.get(id)).get(lane));
  }

  private static long hash(String id) {
    return Integer.toUnsignedLong(StringHelper.murmurhash3_x86_32(new BytesRef(id), HASH_SEED));
  }

  private static double cosine(Memory memory, String name, float[] query) {
    return memory.getVectorsList().stream()
        .filter(vector -> vector.getName().equals(name))
        .mapToDouble(vector -> {
          double sum = 0;
          for (int i = 0; i < query.length; i++) {
            sum += (double) query[i] * vector.getValues(i);
          }
          return sum;
        })
        .findFirst()
        .orElse(Double.NaN);
  }

  /** Words that the analyser leaves as they are. */
  private String words(int count) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add("w" + (int) (30 * random.nextDouble() * random.nextDouble()) + "x");
    }
    return String.join(" ", words);
  }

  private static NamedVector vector(String name, float[] values) {
    NamedVector.Builder vector = NamedVector.newBuilder().setName(name);
    for (float value : values) {
      vector.addValues(value);
    }
    return vector.build();
  }

  private static float[] unit(Random random) {
    float[] vector = new float[DIMENSIONS];
    double squares = 0;
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) random.nextGaussian();
      squares += (double) vector[i] * vector[i];
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= (float) Math.sqrt(squares);
    }
    return vector;
  }
}
