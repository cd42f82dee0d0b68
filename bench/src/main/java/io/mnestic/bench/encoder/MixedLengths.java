package io.mnestic.bench.encoder;

import io.mnestic.bench.report.Progress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Contenders on the same texts, one at a time and in turn, round after round, so that what else the
 * machine does meets all of them.
 */
final class MixedLengths {
  private static final int WARM_UP_TEXTS = 64;

  /** Threads of the contender before that spin for more work must have gone to sleep. */
  private static final Duration REST = Duration.ofMillis(500);

  private final List<Text> texts;
  private final List<Contender> contenders;
  private final Ceiling ceiling;

  MixedLengths(List<Text> texts, List<Contender> contenders, Ceiling ceiling) {
    this.texts = texts;
    this.contenders = contenders;
    this.ceiling = ceiling;
  }

  /**
   * Runs the rounds after a short one to warm up.
   *
   * @param ceilingTime how long each matrix product is measured, in each round
   */
  MixedOutcome run(int rounds, Duration ceilingTime) {
    Map<String, double[]> seconds = new LinkedHashMap<>();
    Map<String, float[][]> vectors = new LinkedHashMap<>();
    Ceiling.Best[] ceilings = new Ceiling.Best[rounds];
    List<Text> few = texts.subList(0, Math.min(WARM_UP_TEXTS, texts.size()));
    for (Contender contender : contenders) {
      if (contender.encode().apply(few).length != few.size()) {
        throw new IllegalStateException(contender.name() + " left out texts");
      }
    }
    try (Progress progress =
        Progress.of("Mixed lengths", "passes", (long) rounds * contenders.size())) {
      for (int round = 0; round < rounds; round++) {
        rest();
        ceilings[round] = ceiling.measure(ceilingTime);
        for (Contender contender : contenders) {
          rest();
          long begin = System.nanoTime();
          float[][] encoded = contender.encode().apply(texts);
          double taken = (System.nanoTime() - begin) / 1e9;
          seconds.computeIfAbsent(contender.name(), name -> new double[rounds])[round] = taken;
          vectors.putIfAbsent(contender.name(), encoded);
          progress.step(1);
        }
      }
    }
    return new MixedOutcome(Text.tokens(texts), seconds, vectors, List.of(ceilings));
  }

  static void rest() {
    try {
      Thread.sleep(REST);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    }
  }
}
