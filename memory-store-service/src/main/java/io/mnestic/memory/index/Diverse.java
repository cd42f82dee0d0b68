package io.mnestic.memory.index;

import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.DocIdSetIterator;
import org.jspecify.annotations.Nullable;

/** Chooses hits by maximal marginal relevance (Carbonell and Goldstein 1998). */
final class Diverse {
  private final double lambda;
  private final float[] @Nullable [] keys;
  private final double[] relevance;

  /** Of each, to the nearest that was chosen. */
  private final double[] similarity;

  private final boolean[] chosen;

  private Diverse(double lambda, float[] @Nullable [] keys, double[] scores) {
    this.lambda = lambda;
    this.keys = keys;
    this.relevance = relevance(scores);
    this.similarity = new double[scores.length];
    this.chosen = new boolean[scores.length];
  }

  /**
   * Places of the chosen in the pool, in the order of choice.
   *
   * @param documents of the pool, in order
   * @param scores of the pool, what it is ranked by
   * @param order the pool's places, best first: of equal ones the earlier is chosen
   */
  static int[] choose(
      SearchView view, int[] documents, double[] scores, int[] order, double lambda, int limit)
      throws IOException {
    return new Diverse(lambda, keys(view, documents), scores).choose(order, limit);
  }

  private int[] choose(int[] order, int limit) {
    int[] picked = new int[Math.min(limit, order.length)];
    for (int i = 0; i < picked.length; i++) {
      int best = -1;
      double highest = Double.NEGATIVE_INFINITY;
      for (int one : order) {
        double marginal = lambda * relevance[one] - (1 - lambda) * similarity[one];
        if (!chosen[one] && marginal > highest) {
          highest = marginal;
          best = one;
        }
      }
      picked[i] = best;
      take(best, i == 0);
    }
    return picked;
  }

  private void take(int one, boolean first) {
    chosen[one] = true;
    float[] key = keys[one];
    for (int other = 0; other < similarity.length; other++) {
      float[] another = keys[other];
      double cosine = key == null || another == null ? 0 : KeyHit.dot(key, another);
      similarity[other] = first ? cosine : Math.max(similarity[other], cosine);
    }
  }

  /** Scores brought to 0 to 1; all alike are equally relevant. */
  private static double[] relevance(double[] scores) {
    double lowest = Double.POSITIVE_INFINITY;
    double highest = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      lowest = Math.min(lowest, score);
      highest = Math.max(highest, score);
    }
    double[] relevance = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      relevance[i] = highest > lowest ? (scores[i] - lowest) / (highest - lowest) : 1;
    }
    return relevance;
  }

  private static float[] @Nullable [] keys(SearchView view, int[] documents) throws IOException {
    float[] @Nullable [] keys = new float[documents.length][];
    List<LeafReaderContext> leaves = view.reader().leaves();
    int i = 0;
    while (i < documents.length) {
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(documents[i], leaves));
      int end = leaf.docBase + leaf.reader().maxDoc();
      FloatVectorValues values = leaf.reader().getFloatVectorValues(Fields.KEY_VECTOR);
      KnnVectorValues.@Nullable DocIndexIterator it = values == null ? null : values.iterator();
      for (; i < documents.length && documents[i] < end; i++) {
        int inLeaf = documents[i] - leaf.docBase;
        if (it != null && at(it, inLeaf)) {
          keys[i] = values.vectorValue(it.index()).clone();
        }
      }
    }
    return keys;
  }

  private static boolean at(DocIdSetIterator it, int document) throws IOException {
    if (it.docID() < document) {
      it.advance(document);
    }
    return it.docID() == document;
  }
}
