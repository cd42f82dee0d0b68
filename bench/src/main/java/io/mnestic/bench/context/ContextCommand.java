package io.mnestic.bench.context;

import com.google.protobuf.util.Durations;
import io.mnestic.bench.corpus.Corpus;
import io.mnestic.bench.report.BadInput;
import io.mnestic.bench.report.Figures;
import io.mnestic.bench.report.Latencies;
import io.mnestic.bench.report.Progress;
import io.mnestic.bench.report.Table;
import io.mnestic.bench.services.Clients;
import io.mnestic.bench.services.Deployment;
import io.mnestic.bench.services.Service;
import io.mnestic.bench.services.ServiceOptions;
import io.mnestic.bench.services.Services;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.InputType;
import io.mnestic.memory.v1.DeleteNamespaceRequest;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.AssembleContextResponse;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench context}: how long a context takes to assemble over ten thousand turns. */
@Command(
    name = "context",
    description = {
      "Time and memory of AssembleContext over a namespace of 10,000 turns, one call at a time.",
      "Figures: context.10k.p50_ms, .p95_ms, .p99_ms; context.10k.encode_p50_ms and .store_p50_ms",
      "(waiting for the encoder and for the store, from the replies); encode.p50_ms, encode.p95_ms",
      "(the same questions encoded alone); context.10k.found (per cent of the questions whose turn",
      "is among the ten recalled); up.seconds, context.10k.rss_mb and context.10k.rss_mb.SERVICE",
      "(only for services that are started here)."
    },
    mixinStandardHelpOptions = true)
public final class ContextCommand implements Callable<Integer> {
  private static final long SEED = 11;
  private static final int MOST_WARM_UP_QUESTIONS = 1_000;
  private static final int BUDGET_TOKENS = 2_000;
  private static final double MEBIBYTE = 1 << 20;

  private final PrintWriter out;
  private final Latencies contexts = new Latencies();
  private final Latencies encodeParts = new Latencies();
  private final Latencies storeParts = new Latencies();
  private final Latencies encodes = new Latencies();
  private final Table table = Table.of("milliseconds", "p50", "p95", "p99");

  @Mixin private final ServiceOptions services = new ServiceOptions();
  @Mixin private final Figures figures = new Figures();

  @Option(
      names = "--turns",
      paramLabel = "N",
      description = "Turns in the namespace; 500 make context.500.p50_ms. Default: 10000.")
  private int turnCount = 10_000;

  @Option(
      names = "--questions",
      paramLabel = "N",
      description = "How many different questions are timed. Default: 200.")
  private int questions = 200;

  @Option(
      names = "--vectors",
      paramLabel = "DIR",
      description = {
        "Folder where the turns' vectors are kept for the next run.",
        "Default: mnestic/bench in $XDG_CACHE_HOME or ~/.cache."
      })
  private @Nullable Path vectors;

  private int found;

  public ContextCommand(PrintWriter out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    // Half of the turns are a person's; half of those warm up, at most.
    int most = turnCount / 4;
    if (questions < 1 || questions > most) {
      throw new BadInput(
          "--questions must be 1 to %d for %d turns, not %d".formatted(most, turnCount, questions));
    }
    List<Corpus.Turn> turns = Corpus.turns(turnCount, SEED);
    try (Deployment deployment = services.open()) {
      deployment
          .started()
          .ifPresent(started -> figures.put("up.seconds", started.startTime().toMillis() / 1000.0));
      measure(deployment, turns);
    }
    figures.save();
    return 0;
  }

  private void measure(Deployment deployment, List<Corpus.Turn> turns) {
    Clients clients = deployment.clients();
    String namespace = "bench-context-" + UUID.randomUUID();
    try {
      long revision =
          new Filling(clients, namespace, turns, vectors == null ? defaultVectors() : vectors)
              .run();
      List<Integer> asked = pickTurns(turns);
      try (Progress progress = Progress.of("Assembling", "contexts", asked.size())) {
        for (int i = 0; i < asked.size(); i++) {
          ask(clients, namespace, turns, asked.get(i), revision, i >= warmUp());
          progress.step(1);
        }
      }
      report(turns);
      // While the memories are there: deleting them would give back what the index holds.
      deployment.started().ifPresent(this::reportMemory);
    } finally {
      clients
          .store()
          .deleteNamespace(DeleteNamespaceRequest.newBuilder().setNamespace(namespace).build());
    }
  }

  /** Turns that a question is about: those of the warm-up first, all different. */
  private List<Integer> pickTurns(List<Corpus.Turn> turns) {
    List<Integer> candidates = new ArrayList<>();
    for (int turn = 0; turn < turns.size(); turn++) {
      if (!turns.get(turn).question().isEmpty()) {
        candidates.add(turn);
      }
    }
    Collections.shuffle(candidates, new Random(SEED));
    return candidates.subList(0, warmUp() + questions);
  }

  /** A user in one session asks about a turn that was said anywhere. */
  private void ask(
      Clients clients,
      String namespace,
      List<Corpus.Turn> turns,
      int turn,
      long revision,
      boolean timed) {
    String question = turns.get(turn).question();
    AssembleContextRequest request =
        AssembleContextRequest.newBuilder()
            .setNamespace(namespace)
            .setSessionId(Filling.sessionOf(turns.size() - 1 - turn))
            .setQuery(question)
            .setSystemPrompt("You are a helpful assistant. Use what is remembered.")
            .setBudgetTokens(BUDGET_TOKENS)
            .setMinRevision(revision)
            .build();
    long begin = System.nanoTime();
    AssembleContextResponse context = clients.orchestrator().assembleContext(request);
    long assembled = System.nanoTime();
    clients
        .encoder()
        .encode(
            EncodeRequest.newBuilder()
                .addTexts(question)
                .setInputType(InputType.INPUT_TYPE_QUERY)
                .build());
    long encoded = System.nanoTime();
    if (!timed) {
      return;
    }
    contexts.add(Duration.ofNanos(assembled - begin));
    encodes.add(Duration.ofNanos(encoded - assembled));
    encodeParts.add(Duration.ofNanos(Durations.toNanos(context.getTimings().getEncode())));
    storeParts.add(Duration.ofNanos(Durations.toNanos(context.getTimings().getStore())));
    boolean recalled =
        context.getRecalledList().stream()
            .anyMatch(memory -> memory.getMemory().getId().equals(Filling.idOf(turn)));
    found += recalled ? 1 : 0;
  }

  private int warmUp() {
    return Math.min(MOST_WARM_UP_QUESTIONS, turnCount / 4);
  }

  private String prefix() {
    return "context." + (turnCount % 1_000 == 0 ? turnCount / 1_000 + "k" : turnCount) + ".";
  }

  private static Path defaultVectors() {
    String cache = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
    return (cache.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache))
        .resolve("mnestic")
        .resolve("bench");
  }

  private void report(List<Corpus.Turn> turns) {
    put(prefix(), "AssembleContext", contexts);
    put(prefix() + "encode_", "  of it waiting for the encoder", encodeParts);
    put(prefix() + "store_", "  of it waiting for the store", storeParts);
    put("encode.", "the same questions through Encode alone", encodes);
    figures.put(prefix() + "found", 100.0 * found / questions);
    out.print(table);
    out.printf(
        Locale.ROOT,
        "%n%,d turns in %d sessions, made from seeded patterns, no text twice, %.0f words each on average; vectors%n"
            + "of the real encoder. %d questions about turns said anywhere, after %d to warm up; %d tokens of budget;%n"
            + "the turn asked about was among the ten recalled for %.0f %%.%n",
        turns.size(),
        turns.size() / Filling.TURNS_A_SESSION,
        turns.stream().mapToInt(turn -> turn.text().split(" ").length).average().orElse(0),
        questions,
        warmUp(),
        BUDGET_TOKENS,
        100.0 * found / questions);
  }

  private void put(String names, String label, Latencies latencies) {
    String[] cells = new String[] {label, "", "", ""};
    int[] percentiles = {50, 95, 99};
    for (int i = 0; i < percentiles.length; i++) {
      double millis = latencies.millis(percentiles[i]);
      figures.put(names + "p" + percentiles[i] + "_ms", millis);
      cells[i + 1] = String.format(Locale.ROOT, "%.1f", millis);
    }
    table.row(cells);
  }

  private void reportMemory(Services started) {
    Table memory = Table.of("resident memory", "MiB");
    double all = 0;
    for (Service service : Service.values()) {
      double mebibytes = started.residentBytes(service) / MEBIBYTE;
      all += mebibytes;
      figures.put(prefix() + "rss_mb." + service.module(), mebibytes);
      memory.row(service.module(), String.format(Locale.ROOT, "%.0f", mebibytes));
    }
    figures.put(prefix() + "rss_mb", all);
    memory.row("all three", String.format(Locale.ROOT, "%.0f", all));
    out.println();
    out.print(memory);
    out.printf(
        Locale.ROOT, "%nFrom start to healthy: %.1f s%n", started.startTime().toMillis() / 1000.0);
  }
}
