package io.mnestic.encoder.encode;

import java.util.Arrays;
import java.util.List;

/**
 * Late interaction (ColBERT, Khattab and Zaharia 2020): each token of the query looks for the token
 * of the document that is nearest, and the score is the mean of those cosines.
 */
final class MaxSim {
  private final int dimensions;
  private final int count;

  /** By dimension and then token, so that one number of a document meets all tokens at once. */
  private final float[] query;

  /** For a query's unit vectors, at least one. */
  MaxSim(List<float[]> query) {
    count = query.size();
    dimensions = query.getFirst().length;
    this.query = new float[dimensions * count];
    for (int token = 0; token < count; token++) {
      for (int i = 0; i < dimensions; i++) {
        this.query[i * count + token] = query.get(token)[i];
      }
    }
  }

  /** The score of a document's unit vectors, at least one: -1 to 1. */
  double score(List<float[]> document) {
    float[] best = new float[count];
    Arrays.fill(best, -1);
    float[] cosines = new float[count];
    for (float[] token : document) {
      Arrays.fill(cosines, 0);
      for (int i = 0; i < dimensions; i++) {
        float value = token[i];
        int row = i * count;
        for (int j = 0; j < count; j++) {
          cosines[j] += query[row + j] * value;
        }
      }
      for (int j = 0; j < count; j++) {
        best[j] = Math.max(best[j], cosines[j]);
      }
    }
    double sum = 0;
    for (float cosine : best) {
      sum += cosine;
    }
    return sum / count;
  }
}
