package io.mnestic.bench.encoder;

import io.mnestic.bench.report.Latencies;
import io.mnestic.bench.report.Progress;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.Precision;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Short queries one at a time, each through gRPC and then on the same ids in this process, so that
 * what else the machine does meets both.
 */
final class QueryTimes {
  /** By then the JVMs on both sides have compiled a call's path. */
  private static final int WARM_UPS = 1_000;

  /** Threads of the one before that spin for more work must have gone to sleep. */
  private static final Duration REST = Duration.ofMillis(20);

  private final EncoderCalls calls;
  private final OnnxPeer peer;
  private final WordPieces tokenizer;

  QueryTimes(EncoderCalls calls, OnnxPeer peer, WordPieces tokenizer) {
    this.calls = calls;
    this.peer = peer;
    this.tokenizer = tokenizer;
  }

  /** Times every query in every precision, after some to warm up. */
  Outcome run(List<String> queries, List<Precision> precisions) {
    Map<Precision, Pair> pairs = new EnumMap<>(Precision.class);
    precisions.forEach(precision -> pairs.put(precision, new Pair()));
    warmUp(queries, precisions);
    double worst = 1;
    try (Progress progress = Progress.of("Queries", "queries", queries.size())) {
      for (String query : queries) {
        for (Map.Entry<Precision, Pair> pair : pairs.entrySet()) {
          double cosine = compare(query, pair.getKey(), pair.getValue());
          if (pair.getKey() == Precision.PRECISION_FLOAT32) {
            worst = Math.min(worst, cosine);
          }
        }
        progress.step(1);
      }
    }
    return new Outcome(pairs, worst);
  }

  private void warmUp(List<String> queries, List<Precision> precisions) {
    try (Progress progress = Progress.of("Warming up", "queries", WARM_UPS)) {
      for (int i = 0; i < WARM_UPS; i++) {
        String query = queries.get(i % queries.size());
        calls.query(query, precisions.get(i % precisions.size()));
        peer.encode(new long[][] {tokenizer.framed(tokenizer.content(query))});
        progress.step(1);
      }
    }
  }

  /** Times one query both ways; the cosine of the two vectors. */
  private double compare(String query, Precision precision, Pair pair) {
    rest();
    long begin = System.nanoTime();
    EncodeResponse response = calls.query(query, precision);
    pair.service().add(Duration.ofNanos(System.nanoTime() - begin));
    long[][] ids = {tokenizer.framed(tokenizer.content(response.getPrompt() + query))};
    if (response.getEncodings(0).getTokensUsed() != ids[0].length) {
      throw new IllegalStateException(
          "%d tokens used, not %d: %s"
              .formatted(response.getEncodings(0).getTokensUsed(), ids[0].length, query));
    }
    rest();
    begin = System.nanoTime();
    float[][] expected = peer.encode(ids);
    pair.onnxRuntime().add(Duration.ofNanos(System.nanoTime() - begin));
    return Cosines.cosine(calls.vector(response.getEncodings(0)), expected[0]);
  }

  private static void rest() {
    try {
      Thread.sleep(REST);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    }
  }

  /** The same queries both ways. */
  record Pair(Latencies service, Latencies onnxRuntime) {
    private static final int P50 = 50;

    Pair() {
      this(new Latencies(), new Latencies());
    }

    double p50Ratio() {
      return service.millis(P50) / onnxRuntime.millis(P50);
    }
  }

  /**
   * All precisions.
   *
   * @param cosineWorst of float32 with ONNX Runtime's vector
   */
  record Outcome(Map<Precision, Pair> pairs, double cosineWorst) {}
}
