package io.mnestic.memory.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.mnestic.memory.v1.Filter;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.NamedVector;
import io.mnestic.memory.v1.Ranking;
import io.mnestic.memory.v1.TokenVectors;
import io.mnestic.memory.v1.Turn;
import io.mnestic.store.v1.LogEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link MemoryIndex} does. */
abstract class MemoryIndexContract {
  private static final int DIMENSIONS = 20;

  @TempDir Path folder;

  /**
   * An index in the folder.
   *
   * @param exactLimit see {@link IndexSettings}
   */
  abstract MemoryIndex index(Path folder, int exactLimit);

  @Test
  void denseScoresAreCosines() {
    Random random = new Random(1);
    try (NamespaceIndex index = index(folder, 1_000).open(1, DIMENSIONS)) {
      Map<String, float[]> vectors = fill(index, random, 500);
      float[] query = unit(random);
      IndexAnswer answer = index.search(query("", query, Ranking.RANKING_DENSE, Map.of(), 500, 1));
      assertThat(answer.exact()).isTrue();
      assertThat(answer.hits())
          .extracting(IndexHit::id)
          .containsExactlyElementsOf(byCosine(vectors, query));
      for (IndexHit hit : answer.hits()) {
        assertThat(hit.score())
            .isCloseTo(
                dot(query, vectors.getOrDefault(hit.id(), query)),
                org.assertj.core.data.Offset.offset(1e-5));
      }
    }
  }

  @Test
  void theGraphFindsWhatAScanFinds() {
    Random random = new Random(2);
    try (NamespaceIndex index = index(folder, 100).open(1, DIMENSIONS)) {
      Map<String, float[]> vectors = fill(index, random, 5_000);
      int found = 0;
      int queries = 50;
      for (int i = 0; i < queries; i++) {
        float[] query = unit(random);
        IndexAnswer answer = index.search(query("", query, Ranking.RANKING_DENSE, Map.of(), 10, 1));
        assertThat(answer.exact()).isFalse();
        Set<String> best = new HashSet<>(byCosine(vectors, query).subList(0, 10));
        found += (int) answer.hits().stream().filter(hit -> best.contains(hit.id())).count();
      }
      assertThat(found / (10.0 * queries)).isGreaterThanOrEqualTo(0.95);
    }
  }

  @Test
  void partsOfAFusedScoreAddUp() {
    Random random = new Random(3);
    try (NamespaceIndex index = index(folder, 1_000).open(1, DIMENSIONS)) {
      fill(index, random, 300);
      Map<Lane, Double> weights =
          Map.of(
              Lane.LANE_DENSE, 0.7,
              Lane.LANE_DENSE_CONTEXT, 0.3,
              Lane.LANE_LEXICAL, 0.5,
              Lane.LANE_SESSION, 0.2);
      IndexAnswer answer =
          index.search(query("word3 word5", unit(random), Ranking.RANKING_FUSED, weights, 50, 1));
      assertThat(answer.hits())
          .hasSize(50)
          .isSortedAccordingTo(Comparator.comparingDouble(IndexHit::score).reversed());
      for (IndexHit hit : answer.hits()) {
        assertThat(hit.lanes()).hasSize(4);
        double sum =
            hit.lanes().stream().mapToDouble(lane -> lane.getWeight() * lane.getNormalized()).sum();
        assertThat(hit.score()).isCloseTo(sum, org.assertj.core.data.Offset.offset(1e-9));
      }
    }
  }

  @Test
  void bm25PrefersRareWordsAndShortTexts() {
    try (NamespaceIndex index = index(folder, 1_000).open(1, DIMENSIONS)) {
      index.apply(
          entry(
              1,
              fact("short", "zebra"),
              fact("long", "zebra among very many other words that say nothing much here"),
              fact("common1", "horse"),
              fact("common2", "horse stable"),
              fact("common3", "horse race")));
      List<String> ids =
          index.search(lexical("zebra horse", 1)).hits().stream().map(IndexHit::id).toList();
      assertThat(ids).startsWith("short").hasSize(5);
      assertThat(index.search(lexical("Zebras", 1)).hits()).hasSize(2);
      assertThat(index.search(lexical("giraffe", 1)).hits()).isEmpty();
      assertThat(index.search(lexical("the AND -zebra* \"(", 1)).hits()).hasSize(2);
    }
  }

  @Test
  void chineseIsFoundByPartsOfSentences() {
    try (NamespaceIndex index = index(folder, 1_000).open(1, DIMENSIONS)) {
      index.apply(entry(1, fact("a", "我喜欢喝绿茶"), fact("b", "他喜欢打篮球")));
      assertThat(index.search(lexical("绿茶", 1)).hits())
          .extracting(IndexHit::id)
          .containsExactly("a");
    }
  }

  @Test
  void thePassageNearestNamesItself() {
    float[] north = axis(0);
    float[] east = axis(1);
    try (NamespaceIndex index = index(folder, 1_000).open(1, DIMENSIONS)) {
      index.apply(
          entry(
              1,
              fact("a", "a")
                  .addVectors(vector("key", axis(2)))
                  .addVectors(vector("passage/0", north))
                  .addVectors(vector("passage/1", east)),
              fact("b", "b").addVectors(vector("key", axis(3))),
              fact("c", "c").addVectors(vector("passage/7", axis(4)))));
      IndexAnswer answer = index.search(query("", east, Ranking.RANKING_DENSE, Map.of(), 10, 1));
      assertThat(answer.hits().getFirst().id()).isEqualTo("a");
      assertThat(answer.hits().getFirst().matchedVector()).isEqualTo("passage/1");
      assertThat(answer.hits()).hasSize(3);
      index.apply(entry(2, fact("a", "a").addVectors(vector("key", axis(2)))));
      assertThat(
              index
                  .search(query("", east, Ranking.RANKING_DENSE, Map.of(), 10, 2))
                  .hits()
                  .getFirst()
                  .score())
          .isCloseTo(0, org.assertj.core.data.Offset.offset(1e-6));
    }
  }

  @Test
  void turnsBesideAHitComeAlong() {
    try (NamespaceIndex index = index(folder, 1_000).open(1, DIMENSIONS)) {
      List<Memory.Builder> turns = new ArrayList<>();
      for (int i = 1; i <= 9; i++) {
        turns.add(turn("t" + i, "s", i, i == 5 ? "zebra" : "nothing"));
      }
      turns.add(turn("other", "s2", 4, "nothing"));
      index.apply(entry(1, turns.toArray(Memory.Builder[]::new)));
      IndexQuery query =
          new IndexQuery(
              "zebra",
              Optional.empty(),
              Ranking.RANKING_LEXICAL,
              Map.of(),
              Filter.getDefaultInstance(),
              10,
              2,
              1);
      IndexAnswer answer = index.search(query);
      assertThat(answer.hits()).extracting(IndexHit::id).containsExactly("t5");
      assertThat(answer.neighbors())
          .extracting(IndexHit::id)
          .containsExactly("t3", "t4", "t6", "t7");
      assertThat(answer.neighbors()).extracting(IndexHit::score).containsOnly(0.0);
      IndexQuery dense =
          new IndexQuery(
              "",
              Optional.of(axis(0)),
              Ranking.RANKING_DENSE,
              Map.of(),
              Filter.getDefaultInstance(),
              1,
              2,
              2);
      index.apply(
          entry(
              2,
              turn("t5", "s", 5, "zebra").addVectors(vector("key", axis(0))),
              turn("t6", "s", 6, "nothing").addVectors(vector("key", axis(1)))));
      IndexAnswer nearest = index.search(dense);
      assertThat(nearest.hits()).extracting(IndexHit::id).containsExactly("t5");
      assertThat(nearest.neighbors())
          .extracting(IndexHit::id)
          .containsExactly("t6", "t3", "t4", "t7");
      assertThat(nearest.neighbors())
          .extracting(IndexHit::score)
          .allMatch(Double::isFinite)
          .isSortedAccordingTo(Comparator.reverseOrder());
    }
  }

  @Test
  void aQueryOfStopWordsMatchesNoWord() {
    try (NamespaceIndex index = index(folder, 1_000).open(1, DIMENSIONS)) {
      index.apply(entry(1, fact("a", "when did what how").addVectors(vector("key", axis(0)))));
      assertThat(index.search(lexical("When did what?", 1)).hits()).isEmpty();
      assertThat(
              index
                  .search(query("When did what?", axis(0), Ranking.RANKING_FUSED, Map.of(), 10, 1))
                  .hits())
          .extracting(IndexHit::id)
          .containsExactly("a");
    }
  }

  @Test
  void whatWasCommittedIsThereAndReplayDoesNoHarm() {
    MemoryIndex index = index(folder, 1_000);
    NamespaceIndex crashing = index.open(7, DIMENSIONS);
    crashing.apply(entry(1, fact("a", "zebra")));
    crashing.commit();
    crashing.apply(entry(2, fact("b", "zebra")));
    crashing.abandon();
    assertThat(index.storedPosition(7)).hasValue(1);
    assertThat(index.stored()).containsExactly(7L);
    try (NamespaceIndex again = index.open(7, DIMENSIONS)) {
      assertThat(again.appliedPosition()).isEqualTo(1);
      again.apply(entry(1, fact("a", "zebra")));
      again.apply(entry(2, fact("b", "zebra")));
      again.apply(entry(2, fact("b", "zebra")));
      assertThat(again.search(lexical("zebra", 2)).hits()).hasSize(2);
      again.apply(
          LogEntry.newBuilder().setPosition(3).setRevision(3).addDeletedMemories("a").build());
      assertThat(again.search(lexical("zebra", 3)).hits())
          .extracting(IndexHit::id)
          .containsExactly("b");
    }
    index.delete(7);
    assertThat(index.stored()).isEmpty();
  }

  /**
   * What each revision's search answered when it was the newest, it answers later too: the same
   * memories, scores to the last bit, and order; after supersessions, deletions, merges, reopening.
   */
  @Test
  void thePastIsSearchedAsItWas() {
    long seed = System.nanoTime();
    System.out.println("thePastIsSearchedAsItWas seed " + seed);
    Random random = new Random(seed);
    int revisions = 60;
    Map<Long, List<IndexAnswer>> answers = new HashMap<>();
    List<Map<String, Memory>> contents = new ArrayList<>(List.of(Map.of()));
    List<IndexQuery> queries = new ArrayList<>();
    for (Ranking ranking :
        List.of(Ranking.RANKING_DENSE, Ranking.RANKING_LEXICAL, Ranking.RANKING_FUSED)) {
      queries.add(
          new IndexQuery(
              "word1 word2 word3 word3",
              Optional.of(unit(random)),
              ranking,
              Map.of(
                  Lane.LANE_DENSE,
                  1.0,
                  Lane.LANE_DENSE_CONTEXT,
                  0.8,
                  Lane.LANE_LEXICAL,
                  0.5,
                  Lane.LANE_SESSION,
                  0.6),
              Filter.getDefaultInstance(),
              50,
              1,
              0));
    }
    MemoryIndex indexes = index(folder, 1_000);
    NamespaceIndex index = indexes.open(1, DIMENSIONS);
    for (long revision = 1; revision <= revisions; revision++) {
      Map<String, Memory> content = new HashMap<>(contents.getLast());
      index.apply(randomEntry(random, revision, content));
      contents.add(content);
      if (revision % 20 == 0) {
        index.close();
        index = indexes.open(1, DIMENSIONS);
      }
      for (IndexQuery query : queries) {
        answers
            .computeIfAbsent(revision, it -> new ArrayList<>())
            .add(index.search(seeing(query, revision)));
      }
      try (IndexReading reading = index.reading(revision)) {
        checkTokens(reading.tokens(List.of(0, 1, 2, 3, 9)), content);
      }
      long asked = 1L + random.nextInt((int) revision);
      comparePast(index, queries, asked, contents, answers);
    }
    for (long revision = 1; revision <= revisions; revision++) {
      comparePast(index, queries, revision, contents, answers);
    }
    index.close();
    assertThat(folder.resolve("past")).isEmptyDirectory();
  }

  private static void comparePast(
      NamespaceIndex index,
      List<IndexQuery> queries,
      long revision,
      List<Map<String, Memory>> contents,
      Map<Long, List<IndexAnswer>> answers) {
    Map<String, Memory> then = contents.get((int) revision);
    Superseded superseded =
        (head, into) -> {
          Map<String, Memory> now = contents.get((int) head);
          then.values().stream()
              .filter(memory -> !memory.equals(now.get(memory.getId())))
              .forEach(into);
        };
    try (IndexReading reading = index.past(revision, superseded)) {
      for (int i = 0; i < queries.size(); i++) {
        IndexAnswer past = reading.search(queries.get(i));
        IndexAnswer before = answers.getOrDefault(revision, List.of()).get(i);
        assertThat(past.revision()).isEqualTo(revision);
        assertThat(past.exact()).isTrue();
        assertThat(withoutPositions(past.hits())).isEqualTo(withoutPositions(before.hits()));
        assertThat(withoutPositions(past.neighbors()))
            .isEqualTo(withoutPositions(before.neighbors()));
      }
      checkTokens(reading.tokens(List.of(0, 1, 2, 3, 9)), then);
    }
    float[] query = queries.getFirst().vector().orElseThrow();
    try (IndexReading reading = index.past(revision, superseded)) {
      assertThat(reading.revision()).isEqualTo(revision);
      IndexReading.Nearest nearest = reading.nearest(query, Filter.getDefaultInstance(), 1_000);
      assertThat(nearest.complete()).isTrue();
      assertThat(nearest.hits())
          .extracting(KeyHit::id, KeyHit::revision)
          .containsExactlyInAnyOrderElementsOf(
              then.values().stream()
                  .filter(memory ->
                      memory.getVectorsList().stream().anyMatch(it -> it.getName().equals("key")))
                  .map(memory -> tuple(memory.getId(), memory.getRevision()))
                  .toList());
      assertThat(nearest.hits())
          .isSortedAccordingTo(
              Comparator.comparingDouble((KeyHit hit) -> hit.cosine(query)).reversed());
    }
  }

  /** Tokens are counted in the memories that can be seen, whatever was deleted or superseded. */
  private static void checkTokens(TokenStatistics tokens, Map<String, Memory> then) {
    assertThat(tokens.memories())
        .isEqualTo(
            then.values().stream().filter(memory -> memory.getTokenVectorsCount() > 0).count());
    for (int i = 0; i < tokens.frequencies().size(); i++) {
      int token = i == 4 ? 9 : i;
      assertThat(tokens.frequencies().get(i))
          .as("memories with token %d", token)
          .isEqualTo(
              then.values().stream()
                  .filter(memory ->
                      memory.getTokenVectorsList().stream()
                          .anyMatch(vectors -> vectors.getIdsList().contains(token)))
                  .count());
    }
    assertThat(tokens.sample()).hasSize(Math.min(128, then.size())).isSubsetOf(then.keySet());
  }

  private static LogEntry randomEntry(Random random, long revision, Map<String, Memory> content) {
    LogEntry.Builder entry = LogEntry.newBuilder().setPosition(revision).setRevision(revision);
    for (int i = random.nextInt(8); i >= 0; i--) {
      String id = "m" + random.nextInt(80);
      if (entry.getMemoriesList().stream().anyMatch(memory -> memory.getId().equals(id))) {
        continue;
      }
      if (random.nextInt(4) == 0) {
        entry.addDeletedMemories(id);
        content.remove(id);
        continue;
      }
      StringBuilder key = new StringBuilder();
      for (int word = random.nextInt(60); word >= 0; word--) {
        key.append(" word").append(random.nextInt(30));
      }
      // A memory's place in its session stays its own.
      Memory.Builder memory =
          turn(id, "s" + id.charAt(1), 1 + Integer.parseInt(id.substring(1)), key.toString());
      memory.setRevision(revision);
      if (random.nextInt(4) > 0) {
        memory.addVectors(vector("key", unit(random)));
      }
      if (random.nextInt(3) == 0) {
        memory.addVectors(vector("context", unit(random)));
        memory.addVectors(vector("passage/0", unit(random)));
        memory.addVectors(vector("passage/1", unit(random)));
      }
      if (random.nextInt(3) > 0) {
        for (String name : List.of("key", "context")) {
          TokenVectors.Builder tokens = TokenVectors.newBuilder().setName(name);
          for (int token = random.nextInt(5); token >= 0; token--) {
            tokens.addIds(random.nextInt(4));
          }
          memory.addTokenVectors(tokens);
        }
      }
      entry.addMemories(memory);
      content.put(id, memory.build());
    }
    return entry.build();
  }

  private static IndexQuery seeing(IndexQuery query, long revision) {
    return new IndexQuery(
        query.text(),
        query.vector(),
        query.ranking(),
        query.weights(),
        query.filter(),
        query.limit(),
        query.neighbors(),
        revision);
  }

  private static List<IndexHit> withoutPositions(List<IndexHit> hits) {
    return hits.stream()
        .map(hit ->
            new IndexHit(
                hit.id(), hit.revision(), 0, hit.score(), hit.lanes(), hit.matchedVector()))
        .toList();
  }

  private static Map<String, float[]> fill(NamespaceIndex index, Random random, int count) {
    Map<String, float[]> vectors = new HashMap<>();
    float[][] centers = new float[20][];
    Arrays.setAll(centers, i -> unit(random));
    List<Memory.Builder> memories = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] vector = centers[random.nextInt(centers.length)].clone();
      for (int d = 0; d < vector.length; d++) {
        vector[d] += (float) random.nextGaussian() * 0.2f;
      }
      normalise(vector);
      String id = "m" + i;
      vectors.put(id, vector);
      memories.add(
          turn(id, "s" + i % 7, i + 1, "word" + random.nextInt(9) + " word" + random.nextInt(9))
              .addVectors(vector("key", vector)));
    }
    index.apply(entry(1, memories.toArray(Memory.Builder[]::new)));
    return vectors;
  }

  private static List<String> byCosine(Map<String, float[]> vectors, float[] query) {
    return vectors.entrySet().stream()
        .sorted(
            Comparator.comparingDouble(
                    (Map.Entry<String, float[]> one) -> -dot(query, one.getValue()))
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static IndexQuery lexical(String text, long revision) {
    return new IndexQuery(
        text,
        Optional.empty(),
        Ranking.RANKING_LEXICAL,
        Map.of(),
        Filter.getDefaultInstance(),
        10,
        0,
        revision);
  }

  private static IndexQuery query(
      String text,
      float[] vector,
      Ranking ranking,
      Map<Lane, Double> weights,
      int limit,
      long revision) {
    return new IndexQuery(
        text,
        Optional.of(vector),
        ranking,
        weights,
        Filter.getDefaultInstance(),
        limit,
        0,
        revision);
  }

  private static LogEntry entry(long position, Memory.Builder... memories) {
    LogEntry.Builder entry = LogEntry.newBuilder().setPosition(position).setRevision(position);
    for (Memory.Builder memory : memories) {
      entry.addMemories(memory);
    }
    return entry.build();
  }

  private static Memory.Builder fact(String id, String key) {
    return Memory.newBuilder().setId(id).setKind(Kind.KIND_FACT).setKey(key);
  }

  private static Memory.Builder turn(String id, String session, long sequence, String key) {
    return fact(id, key)
        .setKind(Kind.KIND_TURN)
        .setTurn(Turn.newBuilder().setSession(session).setSequence(sequence));
  }

  private static NamedVector vector(String name, float[] values) {
    NamedVector.Builder vector = NamedVector.newBuilder().setName(name);
    for (float value : values) {
      vector.addValues(value);
    }
    return vector.build();
  }

  private static float[] axis(int dimension) {
    float[] vector = new float[DIMENSIONS];
    vector[dimension] = 1;
    return vector;
  }

  private static float[] unit(Random random) {
    float[] vector = new float[DIMENSIONS];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    normalise(vector);
    return vector;
  }

  private static void normalise(float[] vector) {
    double norm = Math.sqrt(dot(vector, vector));
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= (float) norm;
    }
  }

  private static double dot(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }
}
