package io.mnestic.bench.reader;

import io.mnestic.bench.report.BadInput;
import io.mnestic.bench.report.Figures;
import io.mnestic.bench.report.Latencies;
import io.mnestic.bench.report.Progress;
import io.mnestic.bench.report.Table;
import io.mnestic.bench.services.Clients;
import io.mnestic.bench.services.Deployment;
import io.mnestic.bench.services.Service;
import io.mnestic.bench.services.ServiceOptions;
import io.mnestic.encoder.v1.ReadHead;
import io.mnestic.encoder.v1.ReadRequest;
import io.mnestic.encoder.v1.ReaderExample;
import io.mnestic.encoder.v1.ReaderSettings;
import io.mnestic.encoder.v1.TrainReaderRequest;
import io.mnestic.encoder.v1.TrainReaderResponse;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench reader}: the time of a read and the steps a second of a training, through gRPC. */
@Command(
    name = "reader",
    description = {
      "The reader's speed with 9 lanes and 384 dimensions, through gRPC. Figures:",
      "reader.read.p50_ms and .p95_ms of 100 memories, reader.train.steps_per_second of batches of"
          + " 32",
      "recalls of 100 memories."
    },
    mixinStandardHelpOptions = true)
public final class ReaderSpeedCommand implements Callable<Integer> {
  private static final int LANES = 9;
  private static final int DIMENSIONS = 384;
  private static final int MEMORIES = 100;
  private static final int RECALLS = 128;
  private static final int WARM_UP = 2_000;
  private static final int P50 = 50;
  private static final int P95 = 95;
  private static final double WANTED_MS = 2;

  private final PrintWriter out;
  private final SplittableRandom random = new SplittableRandom(1);

  @Mixin private final ServiceOptions services = new ServiceOptions();
  @Mixin private final Figures figures = new Figures();

  @Option(names = "--reads", paramLabel = "N", description = "Reads to measure. Default: 2000.")
  private int reads = 2_000;

  @Option(names = "--steps", paramLabel = "N", description = "Steps to measure. Default: 400.")
  private int steps = 400;

  public ReaderSpeedCommand(PrintWriter out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    if (reads < 1 || steps < 1) {
      throw new BadInput("--reads and --steps must be 1 or more");
    }
    try (Deployment deployment = services.open(Set.of(Service.ENCODER))) {
      read(deployment.clients());
      train(deployment.clients());
    }
    out.println();
    out.print(
        Table.of("reader", "figure", "value", "wanted")
            .row("read of 100 memories, p50 ms", "reader.read.p50_ms", value(), "<= 2")
            .row("  p95 ms", "reader.read.p95_ms", format("reader.read.p95_ms"), "")
            .row(
                "training, steps a second",
                "reader.train.steps_per_second",
                format("reader.train.steps_per_second"),
                ""));
    figures.save();
    return 0;
  }

  private String value() {
    double p50 = figures.get("reader.read.p50_ms").orElse(0.0);
    return format("reader.read.p50_ms") + (p50 > WANTED_MS ? " !" : "");
  }

  private String format(String figure) {
    return String.format(Locale.ROOT, "%,.2f", figures.get(figure).orElse(0.0));
  }

  private void read(Clients clients) {
    Latencies latencies = new Latencies();
    try (Progress progress = Progress.of("Reading", "reads", WARM_UP + reads)) {
      for (int i = 0; i < WARM_UP + reads; i++) {
        ReadRequest.Builder request = ReadRequest.newBuilder().setHead(head());
        for (int d = 0; d < DIMENSIONS; d++) {
          request.addQuery(number());
        }
        for (int lane = 0; lane < MEMORIES * LANES; lane++) {
          request.addLanes(number());
        }
        ReadRequest whole = request.build();
        long begin = System.nanoTime();
        int scores = clients.reader().read(whole).getScoresCount();
        if (i >= WARM_UP && scores == MEMORIES) {
          latencies.add(Duration.ofNanos(System.nanoTime() - begin));
        }
        progress.step(1);
      }
    }
    figures.put("reader.read.p50_ms", latencies.millis(P50));
    figures.put("reader.read.p95_ms", latencies.millis(P95));
  }

  /** The first reply comes after the first half, so that the second is measured warm. */
  private void train(Clients clients) {
    TrainReaderRequest.Builder request =
        TrainReaderRequest.newBuilder()
            .setBase(head())
            .setReplyEvery(steps)
            .setSettings(ReaderSettings.newBuilder().setSteps(2 * steps));
    for (int recall = 0; recall < RECALLS; recall++) {
      ReaderExample.Builder example = ReaderExample.newBuilder();
      for (int d = 0; d < DIMENSIONS; d++) {
        example.addQuery(number());
      }
      for (int memory = 0; memory < MEMORIES; memory++) {
        for (int lane = 0; lane < LANES; lane++) {
          example.addLanes(number());
        }
        example.addHelped(memory == recall % MEMORIES);
      }
      request.addExamples(example);
    }
    Iterator<TrainReaderResponse> replies = clients.reader().trainReader(request.build());
    replies.next();
    long begin = System.nanoTime();
    replies.next();
    double seconds = Duration.ofNanos(System.nanoTime() - begin).toNanos() / 1e9;
    figures.put("reader.train.steps_per_second", steps / seconds);
  }

  private ReadHead head() {
    ReadHead.Builder head = ReadHead.newBuilder().setDimensions(DIMENSIONS);
    for (int lane = 0; lane < LANES; lane++) {
      head.addLanes("LANE_" + lane);
    }
    for (int weight = 0; weight < LANES * (1 + DIMENSIONS) + DIMENSIONS + 1; weight++) {
      head.addWeights(number() / 10);
    }
    return head.build();
  }

  private float number() {
    return (float) random.nextDouble(-1, 1);
  }
}
