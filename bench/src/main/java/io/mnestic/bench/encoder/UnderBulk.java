package io.mnestic.bench.encoder;

import io.mnestic.bench.report.Latencies;
import io.mnestic.bench.report.Progress;
import io.mnestic.encoder.v1.Precision;
import java.time.Duration;
import java.util.List;

/** Queries one after the other, first alone and then beside bulk work. */
final class UnderBulk {
  private static final int P99 = 99;

  private final EncoderCalls calls;

  UnderBulk(EncoderCalls calls) {
    this.calls = calls;
  }

  /** Measures both; the bulk work begins again with its first text when it is through. */
  Outcome run(List<String> queries, List<Text> bulk) {
    boolean streamed = BulkLoad.isStreamServed(calls, bulk);
    MixedLengths.rest();
    Latencies idle = new Latencies();
    time("Queries alone", queries, idle);
    try (BulkLoad load = BulkLoad.start(calls, bulk, streamed)) {
      long before = load.tokens();
      long begin = System.nanoTime();
      Latencies busy = new Latencies();
      do {
        // A few queries may be over before the next answer to the bulk work: then once more.
        time("Queries beside bulk work", queries, busy);
      } while (load.isUnderWay() && load.tokens() == before);
      double seconds = (System.nanoTime() - begin) / 1e9;
      return new Outcome(idle, busy, (load.tokens() - before) / seconds, streamed);
    }
  }

  private void time(String task, List<String> queries, Latencies latencies) {
    try (Progress progress = Progress.of(task, "queries", queries.size())) {
      for (String query : queries) {
        long begin = System.nanoTime();
        calls.query(query, Precision.PRECISION_FLOAT32);
        latencies.add(Duration.ofNanos(System.nanoTime() - begin));
        progress.step(1);
      }
    }
  }

  /**
   * Both, and what the bulk work did meanwhile.
   *
   * @param streamed whether the bulk work was one EncodeStream
   */
  record Outcome(Latencies idle, Latencies busy, double bulkTokensPerSecond, boolean streamed) {
    double p99Ratio() {
      return busy.millis(P99) / idle.millis(P99);
    }
  }
}
