package io.mnestic.bench.encoder;

import io.mnestic.bench.report.Progress;
import io.mnestic.encoder.v1.Precision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Several clients that for a long time do all that clients do, right and wrong. */
final class Soak {
  private static final int CLIENTS = 4;
  private static final Duration POLL = Duration.ofMillis(200);
  private static final double SAME = 1e-6;

  private final EncoderCalls calls;
  private final List<Text> texts;
  private final Optional<MemoryGrowth> memory;
  private final SoakRequests requests;
  private final SoakTally tally = new SoakTally();

  Soak(EncoderCalls calls, List<Text> texts, Optional<MemoryGrowth> memory) {
    this.calls = calls;
    this.texts = texts;
    this.memory = memory;
    requests = new SoakRequests(calls.model().id(), texts);
  }

  /** Soaks for {@code time}; at the end the first text must have the vector that it had. */
  Outcome run(Duration time) {
    float[] before = known();
    long begin = System.nanoTime();
    long end = begin + time.toNanos();
    Thread clients =
        Thread.ofVirtual().start(() -> Workers.run(CLIENTS, id -> client(id).run(end)));
    // What the first calls load stays; a tenth of the time is enough for it, or a minute.
    long warm = begin + Math.min(time.toNanos() / 10, TimeUnit.MINUTES.toNanos(1));
    double atFirst = 0;
    try (Progress progress = Progress.of("Soaking", "s", time.toSeconds())) {
      boolean measured = false;
      while (clients.isAlive()) {
        if (!measured && System.nanoTime() > warm) {
          atFirst = resident();
          measured = true;
        }
        progress.stepTo(Duration.ofNanos(System.nanoTime() - begin).toSeconds());
        clients.join(POLL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while soaking", e);
    }
    compare(before, known());
    return new Outcome(tally, resident() - atFirst);
  }

  private SoakClient client(int id) {
    return new SoakClient(calls.clients(), requests, tally, new SplittableRandom(id));
  }

  private double resident() {
    return memory.map(MemoryGrowth::mebibytes).orElse(0.0);
  }

  private float[] known() {
    return calls.encode(texts.subList(0, 1), Precision.PRECISION_FLOAT32)[0];
  }

  private void compare(float[] before, float[] after) {
    for (int i = 0; i < before.length; i++) {
      if (!(Math.abs(before[i] - after[i]) <= SAME)) {
        tally.addUnexpected(
            "the same text's vector changed: %s was %s".formatted(after[i], before[i]));
        return;
      }
    }
  }

  /** How the calls ended, and by how many MiB the encoder grew after the first tenth. */
  record Outcome(SoakTally tally, double growth) {}
}
