package io.mnestic.bench.writes;

import io.mnestic.bench.corpus.Corpus;
import io.mnestic.bench.report.Latencies;
import io.mnestic.bench.report.Progress;
import io.mnestic.bench.services.Clients;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.NamedVector;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Writers side by side, each writing one memory with its vector, waiting for the answer, again. */
final class Writers {
  static final int DIMENSIONS = 384;

  private final Clients clients;
  private final String namespace;
  private final List<Corpus.Turn> texts;

  Writers(Clients clients, String namespace, List<Corpus.Turn> texts) {
    this.clients = clients;
    this.namespace = namespace;
    this.texts = texts;
  }

  /** Writes for {@code time} with {@code count} writers. */
  Outcome run(int count, Duration time) {
    Latencies latencies = new Latencies();
    long begin = System.nanoTime();
    long end = begin + time.toNanos();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Progress progress = Progress.of(count + " writers", "s", time.toSeconds())) {
      List<Future<?>> running = new ArrayList<>();
      for (int writer = 0; writer < count; writer++) {
        SplittableRandom random = new SplittableRandom(writer);
        running.add(threads.submit(() -> write(random, end, latencies)));
      }
      while (System.nanoTime() < end) {
        Thread.sleep(
            Math.min(1_000, Math.max(1, Duration.ofNanos(end - System.nanoTime()).toMillis())));
        progress.stepTo(Duration.ofNanos(System.nanoTime() - begin).toSeconds());
      }
      for (Future<?> writer : running) {
        writer.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while writing", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a writer failed: " + e.getCause(), e);
    }
    return new Outcome(latencies.count() * 1e9 / (System.nanoTime() - begin), latencies);
  }

  private void write(SplittableRandom random, long end, Latencies latencies) {
    while (System.nanoTime() < end) {
      WriteMemoriesRequest request =
          WriteMemoriesRequest.newBuilder()
              .setNamespace(namespace)
              .addMemories(
                  Memory.newBuilder()
                      .setKind(Kind.KIND_FACT)
                      .setKey(texts.get(random.nextInt(texts.size())).text())
                      .addVectors(vector(random)))
              .build();
      long begin = System.nanoTime();
      clients.store().writeMemories(request);
      latencies.add(Duration.ofNanos(System.nanoTime() - begin));
    }
  }

  private static NamedVector vector(SplittableRandom random) {
    NamedVector.Builder vector = NamedVector.newBuilder().setName("key");
    for (int i = 0; i < DIMENSIONS; i++) {
      vector.addValues((float) random.nextGaussian());
    }
    return vector.build();
  }

  /** Answered writes a second, and how long each took. */
  record Outcome(double perSecond, Latencies latencies) {}
}
