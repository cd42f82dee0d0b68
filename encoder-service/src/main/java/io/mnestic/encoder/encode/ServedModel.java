package io.mnestic.encoder.encode;

import io.mnestic.encoder.batching.BatchQueue;
import io.mnestic.encoder.batching.BatchingSettings;
import io.mnestic.encoder.batching.Lane;
import io.mnestic.encoder.batching.Outcome;
import io.mnestic.encoder.model.Input;
import io.mnestic.encoder.model.ModelSpec;
import io.mnestic.encoder.model.TorchEngine;
import io.mnestic.encoder.model.TorchModel;
import io.mnestic.encoder.tokens.TextTokenizer;
import io.mnestic.encoder.tokens.Tokens;
import io.mnestic.encoder.v1.Precision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A model in memory in one precision: its tokenizer, and on each device a replica of its weights
 * with a queue before it. Freed once it is retired and no call uses it.
 */
final class ServedModel {
  private final ModelSpec spec;
  private final Precision precision;
  private final TextTokenizer tokenizer;
  private final Tokens queryPrompt;
  private final Tokens documentPrompt;
  private final List<Replica> replicas = new ArrayList<>();
  private int users;
  private boolean retired;

  ServedModel(
      ModelSpec spec,
      Precision precision,
      TextTokenizer tokenizer,
      TorchEngine engine,
      BatchingSettings settings)
      throws Exception {
    this.spec = spec;
    this.precision = precision;
    this.tokenizer = tokenizer;
    queryPrompt = tokenizer.tokenize(spec.queryPrompt());
    documentPrompt = tokenizer.tokenize(spec.documentPrompt());
    requireRoom();
    for (TorchModel weights : engine.load(spec, precision)) {
      int workers = engine.workers(weights.device());
      replicas.add(
          new Replica(weights, new BatchQueue(spec.name(), settings, workers, weights::run)));
    }
  }

  ModelSpec spec() {
    return spec;
  }

  Precision precision() {
    return precision;
  }

  TextTokenizer tokenizer() {
    return tokenizer;
  }

  /** The tokens of the prompt before a query. */
  Tokens queryPrompt() {
    return queryPrompt;
  }

  /** The tokens of the prompt before a document. */
  Tokens documentPrompt() {
    return documentPrompt;
  }

  List<String> devices() {
    return replicas.stream().map(replica -> replica.weights.device()).toList();
  }

  /** Identifies weights and precision: vectors of different revisions do not compare. */
  String revision() {
    return revision(spec, precision);
  }

  /** The same of a model that need not be in memory. */
  static String revision(ModelSpec spec, Precision precision) {
    return precision == Precision.PRECISION_FLOAT32
        ? spec.revision()
        : spec.revision()
            + "-"
            + precision.name().substring("PRECISION_".length()).toLowerCase(Locale.ROOT);
  }

  /** What becomes of the inputs, in their order, on the replica with the fewest that wait. */
  List<Outcome> run(List<Input> inputs, Lane lane) {
    Replica replica =
        replicas.size() == 1
            ? replicas.getFirst()
            : replicas.stream()
                .min(Comparator.comparingInt(one -> one.queue.waiting()))
                .orElseThrow();
    return replica.queue.encode(inputs, lane);
  }

  /** Takes it for a call; false if it is retired. */
  synchronized boolean take() {
    if (!retired) {
      users++;
    }
    return !retired;
  }

  synchronized void giveBack() {
    users--;
    freeIfDone();
  }

  /** Lets no further call have it, and frees it after those that do. */
  synchronized void retire() {
    if (!retired) {
      retired = true;
      freeIfDone();
    }
  }

  /** Fails what waits, finishes the batches that run, and frees the weights. */
  void close() {
    replicas.forEach(Replica::close);
    replicas.clear();
  }

  /** A text, and both of a pair, must have a token at least. */
  private void requireRoom() {
    int taken =
        spec.architecture().isCrossEncoder()
            ? tokenizer.between().length + 1
            : Math.max(queryPrompt.count(), documentPrompt.count());
    int needed = PreparedTexts.FRAME_TOKENS + taken + 1;
    if (spec.maxTokens() < needed) {
      throw new IllegalStateException(
          "it takes %d tokens, and with its special tokens and prompt the shortest text has %d"
              .formatted(spec.maxTokens(), needed));
    }
  }

  private void freeIfDone() {
    if (retired && users == 0) {
      close();
    }
  }

  private record Replica(TorchModel weights, BatchQueue queue) {
    void close() {
      queue.close();
      weights.close();
    }
  }
}
