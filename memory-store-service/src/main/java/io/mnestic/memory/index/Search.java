package io.mnestic.memory.index;

import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.memory.v1.Ranking;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private final Map<Lane, Normalizer> normalizers = new EnumMap<>(Lane.class);

  Search(SearchView view, IndexQuery query, IndexSettings settings, Analyzer analyzer)
      throws IOException {
    this.view = view;
    this.query = query;
    QueryWords words = QueryWords.of(query.text(), analyzer);
    this.candidates = new Candidates(view, query, words, settings.exactLimit());
    this.scorer = new LaneScorer(view, query.vector(), words);
    this.lanes = lanes(query);
  }

  IndexAnswer run() throws IOException {
    Scores sample = scorer.score(lanes, view.sample());
    for (Lane lane : lanes) {
      normalizers.put(lane, Normalizer.of(sample.of(lane)));
    }
    Candidates.Found found = candidates.find();
    int[] best = best(found.documents());
    int[] beside = query.neighbors() == 0 ? new int[0] : new Neighbors(view, query).of(best);
    return new IndexAnswer(hits(best), hits(beside), view.revision(), found.exact());
  }

  /** The documents of the best memories, in document order. */
  private int[] best(int[] documents) throws IOException {
    Set<Lane> ranked = EnumSet.noneOf(Lane.class);
    ranked.addAll(lanes);
    ranked.removeIf(lane -> weight(lane) == 0);
    Scores scores = scorer.score(ranked, documents);
    double[] total = new double[documents.length];
    for (int i = 0; i < documents.length; i++) {
      total[i] = total(scores, ranked, i);
    }
    return Best.of(view, documents, total, query.limit());
  }

  /** Memories with all they are to be answered with, best first. */
  private List<IndexHit> hits(int[] documents) throws IOException {
    Scores scores = scorer.score(lanes, documents);
    List<Found> found = new ArrayList<>(documents.length);
    Columns columns = new Columns(view);
    for (int i = 0; i < documents.length; i++) {
      found.add(new Found(columns.read(documents[i]), shown(total(scores, lanes, i)), i));
    }
    found.sort(
        Comparator.comparingDouble(Found::score).reversed().thenComparing(one -> one.row().id()));
    return found.stream()
        .map(one ->
            new IndexHit(
                one.row().id().utf8ToString(),
                one.row().revision(),
                one.row().position(),
                one.score(),
                laneScores(scores, one.index()),
                scores.matchedVector(one.index())))
        .toList();
  }

  /** What a memory is ranked by; NaN if it is not to be a hit. */
  private double total(Scores scores, Set<Lane> ranked, int i) {
    return switch (query.ranking()) {
      case RANKING_DENSE -> scores.of(Lane.LANE_DENSE)[i];
      case RANKING_LEXICAL -> {
        double score = scores.of(Lane.LANE_LEXICAL)[i];
        yield score > 0 ? score : Double.NaN;
      }
      default -> {
        double sum = 0;
        for (Lane lane : ranked) {
          sum += weight(lane) * normalized(lane, scores.of(lane)[i]);
        }
        yield sum;
      }
    };
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
              .setNormalized(normalized(lane, raw))
              .setWeight(weight(lane))
              .build());
    }
    return parts;
  }

  private double normalized(Lane lane, double raw) {
    Normalizer normalizer = normalizers.get(lane);
    return normalizer == null ? 0 : normalizer.normalized(raw);
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

  private record Found(Columns.Row row, double score, int index) {}
}
