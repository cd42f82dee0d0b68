package io.mnestic.bench.writes;

import io.mnestic.bench.corpus.Corpus;
import io.mnestic.bench.report.BadInput;
import io.mnestic.bench.report.Figures;
import io.mnestic.bench.report.Table;
import io.mnestic.bench.services.Clients;
import io.mnestic.bench.services.Deployment;
import io.mnestic.bench.services.ServiceOptions;
import io.mnestic.memory.v1.CreateNamespaceRequest;
import io.mnestic.memory.v1.DeleteNamespaceRequest;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.memory.v1.VectorSpace;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench writes}: durable writes a second, beside what the disk gives. */
@Command(
    name = "writes",
    description = {
      "Durable writes a second at 1, 8 and 64 writers, one memory with a vector a call.",
      "Figures: writes.1.per_second, writes.1.p50_ms, writes.1.p99_ms, the same for 8 and 64;",
      "writes.fsync_per_second: appends of 2 KiB that one thread forces to the same disk."
    },
    mixinStandardHelpOptions = true)
public final class WritesCommand implements Callable<Integer> {
  private static final List<Integer> WRITERS = List.of(1, 8, 64);
  private static final int TEXTS = 5_000;
  private static final long SEED = 7;
  private static final Duration WARM_UP = Duration.ofSeconds(2);
  private static final int WARM_UP_WRITERS = 8;
  private static final int P50 = 50;
  private static final int P99 = 99;

  private final PrintWriter out;
  private final Table table = Table.of("writers", "writes/s", "p50 ms", "p99 ms");

  @Mixin private final ServiceOptions services = new ServiceOptions();
  @Mixin private final Figures figures = new Figures();

  @Option(names = "--seconds", paramLabel = "N", description = "Time of each figure. Default: 10.")
  private int seconds = 10;

  public WritesCommand(PrintWriter out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    if (seconds < 1) {
      throw new BadInput("--seconds must be 1 or more, not " + seconds);
    }
    List<Corpus.Turn> texts = Corpus.turns(TEXTS, SEED);
    double fsync = FsyncCeiling.perSecond(services.dataFolder(), Duration.ofSeconds(seconds));
    figures.put("writes.fsync_per_second", fsync);
    table.row("1 thread, append and fsync alone", number(fsync), "", "");
    try (Deployment deployment = services.open()) {
      measure(deployment.clients(), texts, WARM_UP_WRITERS, WARM_UP);
      for (int writers : WRITERS) {
        keep(writers, measure(deployment.clients(), texts, writers, Duration.ofSeconds(seconds)));
      }
    }
    out.print(table);
    out.printf(
        Locale.ROOT,
        "%nEach write: one memory, its text, a random vector of %d numbers; on disk when answered. %d s each.%n",
        Writers.DIMENSIONS,
        seconds);
    figures.save();
    return 0;
  }

  private static Writers.Outcome measure(
      Clients clients, List<Corpus.Turn> texts, int writers, Duration time) {
    String namespace = "bench-writes-" + UUID.randomUUID();
    clients
        .store()
        .createNamespace(
            CreateNamespaceRequest.newBuilder()
                .setNamespace(
                    Namespace.newBuilder()
                        .setName(namespace)
                        .addVectorSpaces(
                            VectorSpace.newBuilder()
                                .setModel("random")
                                .setDimensions(Writers.DIMENSIONS)))
                .build());
    try {
      return new Writers(clients, namespace, texts).run(writers, time);
    } finally {
      clients
          .store()
          .deleteNamespace(DeleteNamespaceRequest.newBuilder().setNamespace(namespace).build());
    }
  }

  private void keep(int writers, Writers.Outcome outcome) {
    double p50 = outcome.latencies().millis(P50);
    double p99 = outcome.latencies().millis(P99);
    figures.put("writes." + writers + ".per_second", outcome.perSecond());
    figures.put("writes." + writers + ".p50_ms", p50);
    figures.put("writes." + writers + ".p99_ms", p99);
    table.row(
        Integer.toString(writers),
        number(outcome.perSecond()),
        String.format(Locale.ROOT, "%.2f", p50),
        String.format(Locale.ROOT, "%.2f", p99));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }
}
