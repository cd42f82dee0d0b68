package io.mnestic.bench.locomo;

import io.mnestic.bench.report.BadInput;
import io.mnestic.bench.report.Figures;
import io.mnestic.bench.report.Latencies;
import io.mnestic.bench.report.Progress;
import io.mnestic.bench.services.Clients;
import io.mnestic.bench.services.Deployment;
import io.mnestic.bench.services.PendingVectors;
import io.mnestic.bench.services.ServiceOptions;
import io.mnestic.memory.v1.DeleteNamespaceRequest;
import io.mnestic.orchestrator.v1.Notice;
import io.mnestic.orchestrator.v1.RecallRequest;
import io.mnestic.orchestrator.v1.RecallResponse;
import io.mnestic.orchestrator.v1.RecalledMemory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code eval locomo}: how much of the evidence is recalled, over real conversations, no LLM. */
@Command(
    name = "locomo",
    description = {
      "Evidence recall on conversations in LoCoMo's format (*.json in DIR).",
      "Figures in per cent: recall@1, @5, @10, @25 and @50 over all questions;",
      "the same with .without_category5 and .category1 to .category5 behind;",
      "recall@10.low and .high (95 % bootstrap interval over questions);",
      "turns, questions, ingest.seconds, ingest.turns_per_second,",
      "query.p50_ms, query.p95_ms, llm.tokens."
    },
    mixinStandardHelpOptions = true)
public final class LocomoCommand implements Callable<Integer> {
  /** The deepest rank that is measured. */
  private static final int LIMIT = 50;

  private static final Duration VECTORS_LIMIT = Duration.ofMinutes(10);
  private static final int P50 = 50;
  private static final int P95 = 95;

  private final PrintWriter out;

  @Mixin private final ServiceOptions services = new ServiceOptions();
  @Mixin private final Figures figures = new Figures();

  @Parameters(paramLabel = "DIR", description = "Folder with the conversations.")
  private Path folder = Path.of("");

  @Option(
      names = "--limit-conversations",
      paramLabel = "N",
      description = "Only the first N conversations, by file name.")
  private int limit = Integer.MAX_VALUE;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The encoder's model. Default: the encoder's own default.")
  private String model = "";

  public LocomoCommand(PrintWriter out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new BadInput("--limit-conversations must be 1 or more, not " + limit);
    }
    List<Conversation> all = new ConversationReader().readAll(folder);
    List<Conversation> conversations = all.subList(0, Math.min(limit, all.size()));
    if (conversations.stream().allMatch(conversation -> conversation.questions().isEmpty())) {
      throw new BadInput("no conversation in " + folder + " has a question with evidence");
    }
    try (Deployment deployment = services.open()) {
      measure(deployment.clients(), conversations);
    }
    figures.save();
    return 0;
  }

  private void measure(Clients clients, List<Conversation> conversations) {
    Map<Conversation, Ingested> ingested = new LinkedHashMap<>();
    try {
      ingest(clients, conversations, ingested);
      List<Score> scores = ask(clients, ingested);
      out.println();
      out.print(new Scores(scores).report(figures));
      out.println();
      out.println("Share of the evidence turns among the first K recalled, in per cent.");
      out.printf(
          Locale.ROOT,
          "%d conversations, %.0f turns ingested in %.1f s (%.0f turns/s); recall p50 %.1f ms, p95 %.1f ms; LLM tokens: 0%n",
          conversations.size(),
          figure("turns"),
          figure("ingest.seconds"),
          figure("ingest.turns_per_second"),
          figure("query.p50_ms"),
          figure("query.p95_ms"));
    } finally {
      ingested.values().forEach(place -> delete(clients, place.namespace()));
    }
  }

  private void ingest(
      Clients clients, List<Conversation> conversations, Map<Conversation, Ingested> ingested) {
    // Services that run already may hold an earlier run's namespaces.
    String run = UUID.randomUUID().toString().substring(0, 8);
    int turns = conversations.stream().mapToInt(Conversation::turnCount).sum();
    long begin = System.nanoTime();
    try (Progress progress = Progress.of("Ingesting", "turns", turns)) {
      Ingest ingest = new Ingest(clients, model, progress);
      for (Conversation conversation : conversations) {
        String namespace = "locomo-" + conversation.name() + "-" + run;
        ingested.put(conversation, new Ingested(namespace, 0));
        long revision = ingest.run(conversation, namespace);
        PendingVectors.await(clients, namespace, VECTORS_LIMIT);
        ingested.put(conversation, new Ingested(namespace, revision));
      }
    }
    double seconds = Duration.ofNanos(System.nanoTime() - begin).toMillis() / 1000.0;
    figures.put("turns", turns);
    figures.put("ingest.seconds", seconds);
    figures.put("ingest.turns_per_second", turns / seconds);
  }

  /** One question at a time, so that each latency is that of a call alone. */
  private List<Score> ask(Clients clients, Map<Conversation, Ingested> ingested) {
    List<Score> scores = new ArrayList<>();
    Latencies latencies = new Latencies();
    int questions = ingested.keySet().stream().mapToInt(one -> one.questions().size()).sum();
    try (Progress progress = Progress.of("Asking", "questions", questions)) {
      ingested.forEach((conversation, place) -> {
        for (Conversation.Question question : conversation.questions()) {
          scores.add(Score.of(question, recall(clients, place, question, latencies)));
          progress.step(1);
        }
      });
    }
    figures.put("query.p50_ms", latencies.millis(P50));
    figures.put("query.p95_ms", latencies.millis(P95));
    figures.put("llm.tokens", 0);
    return scores;
  }

  private static List<Optional<TurnId>> recall(
      Clients clients, Ingested place, Conversation.Question question, Latencies latencies) {
    RecallRequest request =
        RecallRequest.newBuilder()
            .setNamespace(place.namespace())
            .setQuery(question.text())
            .setLimit(LIMIT)
            .setMinRevision(place.revision())
            .build();
    long begin = System.nanoTime();
    RecallResponse response = clients.orchestrator().recall(request);
    latencies.add(Duration.ofNanos(System.nanoTime() - begin));
    if (response.getNoticesCount() > 0) {
      throw new IllegalStateException(
          "this is not the recall that should be measured: "
              + response.getNoticesList().stream().map(Notice::getMessage).toList());
    }
    return response.getMemoriesList().stream().map(LocomoCommand::turnId).toList();
  }

  private static Optional<TurnId> turnId(RecalledMemory recalled) {
    String id =
        recalled.getMemory().getAttributesMap().entrySet().stream()
            .filter(attribute -> attribute.getKey().equals(Ingest.ID_ATTRIBUTE))
            .map(attribute -> attribute.getValue().getText())
            .findFirst()
            .orElse("");
    return TurnId.allIn(id).stream().findFirst();
  }

  private static void delete(Clients clients, String namespace) {
    clients
        .store()
        .deleteNamespace(DeleteNamespaceRequest.newBuilder().setNamespace(namespace).build());
  }

  private double figure(String name) {
    return figures.get(name).orElse(0.0);
  }

  /** Where a conversation went, and the revision that holds all of it. */
  private record Ingested(String namespace, long revision) {}
}
