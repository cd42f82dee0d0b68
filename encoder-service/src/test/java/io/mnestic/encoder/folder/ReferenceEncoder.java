package io.mnestic.encoder.folder;

import java.util.Arrays;
import java.util.function.Function;

/**
 * BERT, RoBERTa and DistilBERT in float64, as plainly as the papers have them: one text at a time,
 * no padding, loops. It shares no code with the service; its tensors have their family's own names.
 */
public final class ReferenceEncoder {
  private final Family family;
  private final int layers;
  private final int heads;
  private final int hidden;
  private final double epsilon;
  private final int paddingId;
  private final String prefix;
  private final Function<String, float[]> tensors;

  /** Matrices are rows of outputs and columns of inputs, row by row. */
  public ReferenceEncoder(
      Family family,
      int layers,
      int heads,
      int hidden,
      double epsilon,
      int paddingId,
      String prefix,
      Function<String, float[]> tensors) {
    this.family = family;
    this.layers = layers;
    this.heads = heads;
    this.hidden = hidden;
    this.epsilon = epsilon;
    this.paddingId = paddingId;
    this.prefix = prefix;
    this.tensors = tensors;
  }

  /** Of a random model, from its tensors in memory. */
  public static ReferenceEncoder of(RandomModel model) {
    return new ReferenceEncoder(
        model.family,
        RandomModel.LAYERS,
        RandomModel.HEADS,
        RandomModel.HIDDEN,
        model.epsilon(),
        model.paddingId(),
        model.prefix(),
        name -> model.tensor(name).values());
  }

  /** The last layer's vector of each token. The ids have their special tokens, and no padding. */
  public double[][] tokenVectors(int[] ids, int[] types) {
    boolean distilled = family == Family.DISTILBERT;
    double[][] x = embedded(ids, types);
    for (int i = 0; i < layers; i++) {
      x = distilled ? distilledLayer(x, "transformer.layer." + i + ".") : layer(x, i);
    }
    return x;
  }

  /** The first token's or the mean vector, of length 1. */
  public double[] vector(int[] ids, FolderPooling pooling) {
    double[][] tokens = tokenVectors(ids, new int[ids.length]);
    double[] pooled = new double[hidden];
    for (double[] token : pooling == FolderPooling.CLS ? Arrays.copyOf(tokens, 1) : tokens) {
      for (int i = 0; i < hidden; i++) {
        pooled[i] += token[i];
      }
    }
    double length = Math.sqrt(Arrays.stream(pooled).map(value -> value * value).sum());
    return Arrays.stream(pooled).map(value -> value / length).toArray();
  }

  /** Scores of a sequence-classification model, as its last layer gives them. */
  public double[] logits(int[] ids, int[] types) {
    double[][] first = {tokenVectors(ids, types)[0]};
    boolean bert = family == Family.BERT;
    double[] dense = linear(first, bert ? prefix + "pooler.dense" : "classifier.dense")[0];
    double[][] squashed = {Arrays.stream(dense).map(Math::tanh).toArray()};
    return linear(squashed, bert ? "classifier" : "classifier.out_proj")[0];
  }

  private double[][] embedded(int[] ids, int[] types) {
    float[] words = tensors.apply(prefix + "embeddings.word_embeddings.weight");
    float[] places = tensors.apply(prefix + "embeddings.position_embeddings.weight");
    boolean roberta = family == Family.ROBERTA || family == Family.XLM_ROBERTA;
    double[][] x = new double[ids.length][hidden];
    for (int t = 0; t < ids.length; t++) {
      int place = roberta ? paddingId + 1 + t : t;
      for (int i = 0; i < hidden; i++) {
        x[t][i] = (double) words[ids[t] * hidden + i] + places[place * hidden + i];
        if (family != Family.DISTILBERT) {
          x[t][i] +=
              tensors
                  .apply(prefix + "embeddings.token_type_embeddings.weight")[types[t] * hidden + i];
        }
      }
    }
    return norm(x, prefix + "embeddings.LayerNorm");
  }

  private double[][] layer(double[][] x, int number) {
    String layer = prefix + "encoder.layer." + number + ".";
    double[][] read =
        attention(
            linear(x, layer + "attention.self.query"),
            linear(x, layer + "attention.self.key"),
            linear(x, layer + "attention.self.value"));
    double[][] a =
        norm(
            sum(linear(read, layer + "attention.output.dense"), x),
            layer + "attention.output.LayerNorm");
    double[][] up = gelu(linear(a, layer + "intermediate.dense"));
    return norm(sum(linear(up, layer + "output.dense"), a), layer + "output.LayerNorm");
  }

  private double[][] distilledLayer(double[][] x, String layer) {
    double[][] read =
        attention(
            linear(x, layer + "attention.q_lin"),
            linear(x, layer + "attention.k_lin"),
            linear(x, layer + "attention.v_lin"));
    double[][] a = norm(sum(linear(read, layer + "attention.out_lin"), x), layer + "sa_layer_norm");
    double[][] up = gelu(linear(a, layer + "ffn.lin1"));
    return norm(sum(linear(up, layer + "ffn.lin2"), a), layer + "output_layer_norm");
  }

  /** softmax(q kᵀ / √d) v, each head apart. */
  private double[][] attention(double[][] q, double[][] k, double[][] v) {
    int size = hidden / heads;
    double[][] read = new double[q.length][hidden];
    for (int head = 0; head < heads; head++) {
      int from = head * size;
      for (int t = 0; t < q.length; t++) {
        double[] weights = new double[k.length];
        double greatest = Double.NEGATIVE_INFINITY;
        for (int s = 0; s < k.length; s++) {
          double product = 0;
          for (int i = from; i < from + size; i++) {
            product += q[t][i] * k[s][i];
          }
          weights[s] = product / Math.sqrt(size);
          greatest = Math.max(greatest, weights[s]);
        }
        double total = 0;
        for (int s = 0; s < k.length; s++) {
          weights[s] = Math.exp(weights[s] - greatest);
          total += weights[s];
        }
        for (int s = 0; s < k.length; s++) {
          for (int i = from; i < from + size; i++) {
            read[t][i] += weights[s] / total * v[s][i];
          }
        }
      }
    }
    return read;
  }

  private double[][] linear(double[][] x, String name) {
    float[] matrix = tensors.apply(name + ".weight");
    float[] bias = tensors.apply(name + ".bias");
    int inputs = x[0].length;
    double[][] y = new double[x.length][bias.length];
    for (int t = 0; t < x.length; t++) {
      for (int o = 0; o < bias.length; o++) {
        double value = bias[o];
        for (int i = 0; i < inputs; i++) {
          value += x[t][i] * matrix[o * inputs + i];
        }
        y[t][o] = value;
      }
    }
    return y;
  }

  private double[][] norm(double[][] x, String name) {
    float[] scale = tensors.apply(name + ".weight");
    float[] shift = tensors.apply(name + ".bias");
    double[][] y = new double[x.length][hidden];
    for (int t = 0; t < x.length; t++) {
      double mean = Arrays.stream(x[t]).average().orElseThrow();
      double variance =
          Arrays.stream(x[t]).map(value -> (value - mean) * (value - mean)).average().orElseThrow();
      for (int i = 0; i < hidden; i++) {
        y[t][i] = (x[t][i] - mean) / Math.sqrt(variance + epsilon) * scale[i] + shift[i];
      }
    }
    return y;
  }

  private static double[][] sum(double[][] a, double[][] b) {
    double[][] sum = new double[a.length][];
    for (int t = 0; t < a.length; t++) {
      sum[t] = a[t].clone();
      for (int i = 0; i < sum[t].length; i++) {
        sum[t][i] += b[t][i];
      }
    }
    return sum;
  }

  private static double[][] gelu(double[][] x) {
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      y[t] =
          Arrays.stream(x[t]).map(value -> value * 0.5 * (1 + erf(value / Math.sqrt(2)))).toArray();
    }
    return y;
  }

  /** Abramowitz and Stegun 7.1.6, whose terms are all positive. */
  static double erf(double x) {
    if (Math.abs(x) > 6) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }
}
