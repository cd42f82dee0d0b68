package io.mnestic.memory.index;

import io.mnestic.memory.v1.Lane;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.Weight;
import org.jspecify.annotations.Nullable;

/** Exact scores of given memories on the lanes of one query. */
final class LaneScorer {
  private final SearchView view;
  private final Optional<float[]> vector;
  private final QueryWords words;
  private final Weight lexical;
  private double @Nullable [] sessionScores;

  LaneScorer(SearchView view, Optional<float[]> vector, QueryWords words) throws IOException {
    this.view = view;
    this.vector = vector;
    this.words = words;
    Query query = view.searcher().rewrite(words.anyOf());
    this.lexical = view.searcher().createWeight(query, ScoreMode.COMPLETE, 1);
  }

  /**
   * Scores of memories.
   *
   * @param lanes of DENSE, DENSE_CONTEXT, LEXICAL, SESSION
   * @param documents of memories, in order
   */
  Scores score(Set<Lane> lanes, int[] documents) throws IOException {
    Map<Lane, double[]> raw = new EnumMap<>(Lane.class);
    for (Lane lane : lanes) {
      raw.put(lane, new double[documents.length]);
    }
    int[] matched = new int[documents.length];
    Arrays.fill(matched, Scores.NO_VECTOR);
    double[] dense = new double[documents.length];
    boolean context = lanes.contains(Lane.LANE_DENSE_CONTEXT);
    boolean anyDense = context || lanes.contains(Lane.LANE_DENSE);
    List<LeafReaderContext> leaves = view.reader().leaves();
    int from = 0;
    while (from < documents.length) {
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(documents[from], leaves));
      int end = leaf.docBase + leaf.reader().maxDoc();
      int to = from;
      while (to < documents.length && documents[to] < end) {
        to++;
      }
      Part part = new Part(leaf, documents, from, to);
      if (anyDense) {
        dense(part, dense, matched);
      }
      if (context) {
        context(part, dense, lane(raw, Lane.LANE_DENSE_CONTEXT));
      }
      if (lanes.contains(Lane.LANE_LEXICAL)) {
        lexical(part, lane(raw, Lane.LANE_LEXICAL));
      }
      if (lanes.contains(Lane.LANE_SESSION)) {
        session(part, lane(raw, Lane.LANE_SESSION));
      }
      from = to;
    }
    if (lanes.contains(Lane.LANE_DENSE)) {
      raw.put(Lane.LANE_DENSE, dense);
    }
    return new Scores(raw, matched);
  }

  private void dense(Part part, double[] dense, int[] matched) throws IOException {
    Arrays.fill(dense, part.from, part.to, Double.NaN);
    VectorScorer keys = scorer(part.leaf.reader(), Fields.KEY_VECTOR);
    if (keys != null) {
      DocIdSetIterator it = keys.iterator();
      for (int i = part.from; i < part.to; i++) {
        if (advance(it, part.document(i))) {
          dense[i] = cosine(keys.score());
          matched[i] = Scores.KEY;
        }
      }
    }
    VectorScorer passages = scorer(part.leaf.reader(), Fields.PASSAGE_VECTOR);
    if (passages != null) {
      passages(part, passages, dense, matched);
    }
  }

  private static void passages(Part part, VectorScorer scorer, double[] dense, int[] matched)
      throws IOException {
    LeafReader reader = part.leaf.reader();
    NumericDocValues children = DocValues.getNumeric(reader, Fields.CHILDREN_VALUE);
    NumericDocValues passage = DocValues.getNumeric(reader, Fields.PASSAGE_VALUE);
    DocIdSetIterator it = scorer.iterator();
    for (int i = part.from; i < part.to; i++) {
      int document = part.document(i);
      int count = children.advanceExact(document) ? (int) children.longValue() : 0;
      for (int child = document - count; child < document; child++) {
        if (advance(it, child)) {
          double score = cosine(scorer.score());
          // Not (score <= dense): a memory may have no key vector, NaN.
          if (!(dense[i] >= score) && passage.advanceExact(child)) {
            dense[i] = score;
            matched[i] = (int) passage.longValue();
          }
        }
      }
    }
  }

  private void context(Part part, double[] dense, double[] raw) throws IOException {
    System.arraycopy(dense, part.from, raw, part.from, part.to - part.from);
    VectorScorer contexts = scorer(part.leaf.reader(), Fields.CONTEXT_VECTOR);
    if (contexts == null) {
      return;
    }
    DocIdSetIterator it = contexts.iterator();
    for (int i = part.from; i < part.to; i++) {
      if (advance(it, part.document(i))) {
        raw[i] = cosine(contexts.score());
      }
    }
  }

  private void lexical(Part part, double[] raw) throws IOException {
    Scorer scorer = lexical.scorer(part.leaf);
    if (scorer == null) {
      return;
    }
    DocIdSetIterator it = scorer.iterator();
    for (int i = part.from; i < part.to; i++) {
      if (advance(it, part.document(i))) {
        raw[i] = scorer.score();
      }
    }
  }

  private void session(Part part, double[] raw) throws IOException {
    double[] scores = sessionScores;
    if (scores == null) {
      scores = SessionScores.of(view, words);
      sessionScores = scores;
    }
    int[] numbers = view.sessions().numbers().get(part.leaf.ord);
    SortedDocValues session = DocValues.getSorted(part.leaf.reader(), Fields.SESSION_VALUE);
    for (int i = part.from; i < part.to; i++) {
      if (session.advanceExact(part.document(i))) {
        raw[i] = scores[numbers[session.ordValue()]];
      }
    }
  }

  private @Nullable VectorScorer scorer(LeafReader reader, String field) throws IOException {
    FloatVectorValues values = reader.getFloatVectorValues(field);
    return values == null || vector.isEmpty() ? null : values.scorer(vector.get());
  }

  private static boolean advance(DocIdSetIterator it, int document) throws IOException {
    if (it.docID() < document) {
      it.advance(document);
    }
    return it.docID() == document;
  }

  /** Lucene scores a dot product as (1 + dot) / 2, so that no score is negative. */
  private static double cosine(float score) {
    return 2.0 * score - 1;
  }

  private static double[] lane(Map<Lane, double[]> raw, Lane lane) {
    double[] scores = raw.get(lane);
    if (scores == null) {
      throw new IllegalStateException("no scores for " + lane);
    }
    return scores;
  }

  /** The documents from {@code from} to {@code to}, which are in one segment. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Part(LeafReaderContext leaf, int[] documents, int from, int to) {
    int document(int i) {
      return documents[i] - leaf.docBase;
    }
  }
}
