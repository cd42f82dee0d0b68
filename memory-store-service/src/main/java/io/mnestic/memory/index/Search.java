package io.mnestic.memory.index;

import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.memory.v1.Placement;
import io.mnestic.memory.v1.Ranking;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.lucene.analysis.Analyzer;

/**
 * One search of one view: which memories to look at, their scores, the best of them with what each
 * lane said, and the turns beside those.
 */
final class Search {
  private static final double LOWEST_COSINE = -1;

  private final SearchView view;
  private final IndexQuery query;
  private final Candidates candidates;
  private final LaneScorer scorer;
  private final Set<Lane> lanes;

  /** Those of the lanes that count; the others are only told of. */
  private final Set<Lane> ranked;

  private final Map<Lane, Normalizer> normalizers = new EnumMap<>(Lane.class);
  private final Map<Lane, Ranks> ranks = new EnumMap<>(Lane.class);

  Search(SearchView view, IndexQuery query, IndexSettings settings, Analyzer analyzer)
      throws IOException {
    this.view = view;
    this.query = query;
    QueryWords words = QueryWords.of(query.text(), analyzer);
    this.candidates = new Candidates(view, query, words, settings.exactLimit());
    this.scorer = new LaneScorer(view, query.vector(), words);
    this.lanes = lanes(query);
    this.ranked = EnumSet.copyOf(lanes);
    ranked.removeIf(lane -> weight(lane) == 0);
  }

  IndexAnswer run() throws IOException {
    Candidates.Found found = candidates.find();
    Fusing fusing = query.fusing();
    Set<Lane> counted = fusing.withRanks() ? lanes : ranked;
    Scored scored = new Scored(found.documents(), scorer.score(counted, found.documents()));
    if (fusing.byRank() || fusing.withRanks()) {
      counted.forEach(lane -> ranks.put(lane, Ranks.of(lane, scored.scores().of(lane))));
    }
    Scores sample = scores(scored, view.sample());
    for (Lane lane : lanes) {
      normalizers.put(lane, Normalizer.of(sample.of(lane)));
    }
    double[] totals = totals(scored.scores(), ranked, found.documents().length);
    int pool = fusing.diversity().map(Fusing.Diversity::pool).orElse(query.limit());
    int[] best = Best.of(view, found.documents(), totals, pool);
    List<IndexHit> hits = hits(scored, best);
    if (fusing.diversity().isPresent()) {
      int[] order = order(hits, best);
      double[] scores = new double[best.length];
      for (int i = 0; i < order.length; i++) {
        scores[order[i]] = hits.get(i).score();
      }
      int[] chosen =
          Diverse.choose(
              view, best, scores, order, fusing.diversity().get().lambda(), query.limit());
      hits = inOrder(hits, order, chosen);
      int[] pooled = best;
      best = Arrays.stream(chosen).map(i -> pooled[i]).sorted().toArray();
    }
    int[] beside = query.neighbors() == 0 ? new int[0] : new Neighbors(view, query).of(best);
    Set<Integer> pooled = pooled(found.documents(), totals, pool);
    return new IndexAnswer(
        hits,
        hits(scored, beside),
        view.revision(),
        found.exact(),
        placements(scored, totals, pooled, hits));
  }

  private Set<Integer> pooled(int[] documents, double[] totals, int pool) throws IOException {
    return query.fusing().explain().isEmpty()
        ? Set.of()
        : Arrays.stream(Best.of(view, documents, totals, pool)).boxed().collect(Collectors.toSet());
  }

  private List<Placement> placements(
      Scored scored, double[] totals, Set<Integer> pool, List<IndexHit> hits) throws IOException {
    Set<String> ids = hits.stream().map(IndexHit::id).collect(Collectors.toSet());
    WhyNot whyNot = new WhyNot(view, query, scored.documents(), totals, pool, ids::contains);
    List<Placement> placements = new ArrayList<>();
    for (String id : query.fusing().explain()) {
      WhyNot.Told told = whyNot.tell(id);
      if (told.scored()) {
        IndexHit scores = hits(scored, new int[] {told.document()}).getFirst();
        told.placement().setScore(scores.score()).addAllLanes(scores.lanes());
      }
      placements.add(told.placement().build());
    }
    return placements;
  }

  /** For each hit in turn the place of its document. */
  private int[] order(List<IndexHit> hits, int[] documents) throws IOException {
    Map<String, Integer> places = new HashMap<>();
    Columns columns = new Columns(view);
    for (int i = 0; i < documents.length; i++) {
      places.put(columns.id(documents[i]).utf8ToString(), i);
    }
    return hits.stream().mapToInt(hit -> places.getOrDefault(hit.id(), 0)).toArray();
  }

  private static List<IndexHit> inOrder(List<IndexHit> hits, int[] order, int[] chosen) {
    IndexHit[] byPlace = new IndexHit[hits.size()];
    for (int i = 0; i < order.length; i++) {
      byPlace[order[i]] = hits.get(i);
    }
    return Arrays.stream(chosen).mapToObj(i -> byPlace[i]).toList();
  }

  /** Memories with all they are to be answered with, best first. */
  private List<IndexHit> hits(Scored scored, int[] documents) throws IOException {
    Scores scores = scores(scored, documents);
    double[] totals = totals(scores, lanes, documents.length);
    List<Found> found = new ArrayList<>(documents.length);
    Columns columns = new Columns(view);
    for (int i = 0; i < documents.length; i++) {
      found.add(new Found(columns.read(documents[i]), shown(totals[i]), i));
    }
    found.sort(
        Comparator.comparingDouble(Found::score).reversed().thenComparing(one -> one.row().id()));
    List<IndexHit> hits = new ArrayList<>(found.size());
    for (Found one : found) {
      hits.add(
          new IndexHit(
              one.row().id().utf8ToString(),
              one.row().revision(),
              one.row().position(),
              one.score(),
              laneScores(scores, one.index()),
              scores.matchedVector(one.index())));
    }
    return hits;
  }

  /** Scores on all lanes: what was scored already is not scored again. */
  private Scores scores(Scored scored, int[] documents) throws IOException {
    Optional<Scores> known = scored.of(documents);
    if (known.isEmpty()) {
      return scorer.score(lanes, documents);
    }
    Set<Lane> left = EnumSet.copyOf(lanes);
    left.removeAll(scored.scores().raw().keySet());
    return left.isEmpty() ? known.get() : known.get().and(scorer.score(left, documents));
  }

  /** What each memory is ranked by; NaN if it is not to be a hit. */
  private double[] totals(Scores scores, Set<Lane> summed, int count) {
    return switch (query.ranking()) {
      case RANKING_DENSE -> scores.of(Lane.LANE_DENSE);
      case RANKING_LEXICAL ->
          Arrays.stream(scores.of(Lane.LANE_LEXICAL))
              .map(score -> score > 0 ? score : Double.NaN)
              .toArray();
      default -> {
        double[] totals = new double[count];
        if (query.fusing().byRank()) {
          byRank(scores, totals);
          yield totals;
        }
        for (Lane lane : summed) {
          double[] raw = scores.of(lane);
          double weight = weight(lane);
          Normalizer normalizer = normalizer(lane);
          for (int i = 0; i < count; i++) {
            totals[i] += weight * normalizer.normalized(raw[i]);
          }
        }
        yield totals;
      }
    };
  }

  /** Sums of weight / (k + rank); NaN if no lane says anything. */
  private void byRank(Scores scores, double[] totals) {
    for (int i = 0; i < totals.length; i++) {
      boolean any = false;
      for (Lane lane : ranked) {
        int rank = rank(lane, scores.of(lane)[i]);
        if (rank > 0) {
          totals[i] += weight(lane) / (query.fusing().rankConstant() + rank);
          any = true;
        }
      }
      totals[i] = any ? totals[i] : Double.NaN;
    }
  }

  private int rank(Lane lane, double raw) {
    Ranks of = ranks.get(lane);
    return of == null ? 0 : of.of(raw);
  }

  /**
   * The score of a memory in the answer: a neighbor that could be no hit has the lowest there is.
   */
  private double shown(double total) {
    double lowest = query.ranking() == Ranking.RANKING_DENSE ? LOWEST_COSINE : 0;
    return Double.isNaN(total) ? lowest : total;
  }

  private List<LaneScore> laneScores(Scores scores, int i) {
    List<LaneScore> parts = new ArrayList<>(lanes.size());
    for (Lane lane : lanes) {
      double raw = scores.of(lane)[i];
      parts.add(
          LaneScore.newBuilder()
              .setLane(lane)
              .setRaw(Double.isNaN(raw) ? 0 : raw)
              .setNormalized(normalizer(lane).normalized(raw))
              .setWeight(weight(lane))
              .setRank(rank(lane, raw))
              .build());
    }
    return parts;
  }

  private Normalizer normalizer(Lane lane) {
    return normalizers.getOrDefault(lane, Normalizer.NONE);
  }

  private double weight(Lane lane) {
    return switch (query.ranking()) {
      case RANKING_DENSE -> lane == Lane.LANE_DENSE ? 1 : 0;
      case RANKING_LEXICAL -> lane == Lane.LANE_LEXICAL ? 1 : 0;
      default -> query.weight(lane);
    };
  }

  /** The lanes whose input is given; SESSION costs more and only if it counts. */
  private static Set<Lane> lanes(IndexQuery query) {
    Set<Lane> lanes = EnumSet.noneOf(Lane.class);
    if (query.vector().isPresent()) {
      lanes.add(Lane.LANE_DENSE);
      lanes.add(Lane.LANE_DENSE_CONTEXT);
    }
    if (!query.text().isEmpty()) {
      lanes.add(Lane.LANE_LEXICAL);
      if (query.ranking() == Ranking.RANKING_FUSED && query.weight(Lane.LANE_SESSION) > 0) {
        lanes.add(Lane.LANE_SESSION);
      }
    }
    return lanes;
  }

  /**
   * The candidates with their scores on the lanes that count.
   *
   * @param documents in order
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Scored(int[] documents, Scores scores) {
    /** The scores of some documents, in order; empty unless all of them are candidates. */
    Optional<Scores> of(int[] some) {
      int[] places = new int[some.length];
      int place = 0;
      for (int i = 0; i < some.length; i++) {
        while (place < documents.length && documents[place] < some[i]) {
          place++;
        }
        if (place == documents.length || documents[place] != some[i]) {
          return Optional.empty();
        }
        places[i] = place;
      }
      return Optional.of(scores.at(places));
    }
  }

  private record Found(Columns.Row row, double score, int index) {}
}
