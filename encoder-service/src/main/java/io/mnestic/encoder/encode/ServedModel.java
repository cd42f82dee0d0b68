package io.mnestic.encoder.encode;

import io.mnestic.encoder.batching.BatchQueue;
import io.mnestic.encoder.batching.BatchingSettings;
import io.mnestic.encoder.model.ModelSpec;
import io.mnestic.encoder.model.TorchModel;
import io.mnestic.encoder.tokens.TextTokenizer;

/** A model that answers: its tokenizer, its weights in memory and the queue before them. */
final class ServedModel implements AutoCloseable {
  private final ModelSpec spec;
  private final TextTokenizer tokenizer;
  private final TorchModel weights;
  private final BatchQueue queue;

  ServedModel(
      ModelSpec spec, TextTokenizer tokenizer, TorchModel weights, BatchingSettings settings) {
    this.spec = spec;
    this.tokenizer = tokenizer;
    this.weights = weights;
    queue = new BatchQueue(spec.name(), settings, weights::encode);
  }

  ModelSpec spec() {
    return spec;
  }

  TextTokenizer tokenizer() {
    return tokenizer;
  }

  BatchQueue queue() {
    return queue;
  }

  /** Finishes the batch that runs, fails what waits, and frees the weights. */
  @Override
  public void close() {
    queue.close();
    weights.close();
  }
}
