package io.mnestic.bench.recall;

import io.mnestic.bench.report.Figures;
import io.mnestic.bench.report.Latencies;
import io.mnestic.bench.report.Progress;
import io.mnestic.bench.services.Clients;
import io.mnestic.bench.services.PendingVectors;
import io.mnestic.memory.v1.DeleteNamespaceRequest;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** Puts conversations in, asks all questions about them and tells how it went. */
final class RecallEvaluation {
  private static final Duration VECTORS_LIMIT = Duration.ofMinutes(10);
  private static final int P50 = 50;
  private static final int P95 = 95;

  /** Of so many questions one is asked where its answer is not. */
  private static final int ELSEWHERE = 5;

  private final Clients clients;
  private final String name;
  private final String model;
  private final Figures figures;
  private final PrintWriter out;

  /**
   * An evaluation.
   *
   * @param name of the set
   * @param model of the encoder; empty for its default
   */
  RecallEvaluation(Clients clients, String name, String model, Figures figures, PrintWriter out) {
    this.clients = clients;
    this.name = name;
    this.model = model;
    this.figures = figures;
    this.out = out;
  }

  void measure(List<Conversation> conversations, boolean ablation) {
    Map<Conversation, Asked> places = new LinkedHashMap<>();
    try {
      ingest(conversations, places);
      AnswerChances chances = new AnswerChances();
      List<Score> scores = ask(places, chances);
      askElsewhere(places, chances);
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
      chances.report(figures).ifPresent(out::println);
      if (ablation) {
        out.println();
        out.print(new Ablation(scores).report(places, figures));
      }
    } finally {
      places.values().forEach(place -> delete(place.namespace()));
    }
  }

  private void ingest(List<Conversation> conversations, Map<Conversation, Asked> places) {
    // Services that run already may hold an earlier run's namespaces.
    String run = UUID.randomUUID().toString().substring(0, 8);
    int turns = conversations.stream().mapToInt(Conversation::turnCount).sum();
    long begin = System.nanoTime();
    try (Progress progress = Progress.of("Ingesting", "turns", turns)) {
      Ingest ingest = new Ingest(clients, model, progress);
      for (Conversation conversation : conversations) {
        String namespace = name + "-" + conversation.name() + "-" + run;
        places.put(conversation, new Asked(clients, namespace, 0));
        long revision = ingest.run(conversation, namespace);
        PendingVectors.await(clients, namespace, VECTORS_LIMIT);
        places.put(conversation, new Asked(clients, namespace, revision));
      }
    }
    double seconds = Duration.ofNanos(System.nanoTime() - begin).toMillis() / 1000.0;
    figures.put("turns", turns);
    figures.put("ingest.seconds", seconds);
    figures.put("ingest.turns_per_second", turns / seconds);
  }

  /** One question at a time, so that each latency is that of a call alone. */
  private List<Score> ask(Map<Conversation, Asked> places, AnswerChances chances) {
    List<Score> scores = new ArrayList<>();
    Latencies latencies = new Latencies();
    int questions = places.keySet().stream().mapToInt(one -> one.questions().size()).sum();
    try (Progress progress = Progress.of("Asking", "questions", questions)) {
      places.forEach((conversation, place) -> {
        for (Conversation.Question question : conversation.questions()) {
          long begin = System.nanoTime();
          Asked.Reply reply = place.ask(question.text(), List.of());
          latencies.add(Duration.ofNanos(System.nanoTime() - begin));
          scores.add(Score.of(question, reply.turns()));
          chances.add(question, reply.chance());
          progress.step(1);
        }
      });
    }
    figures.put("query.p50_ms", latencies.millis(P50));
    figures.put("query.p95_ms", latencies.millis(P95));
    figures.put("llm.tokens", 0);
    return scores;
  }

  /** Some questions are asked of the next conversation, which does not hold their answers. */
  private static void askElsewhere(Map<Conversation, Asked> places, AnswerChances chances) {
    List<Conversation> conversations = List.copyOf(places.keySet());
    for (int i = 0; i < conversations.size() && conversations.size() > 1; i++) {
      Asked next = places.get(conversations.get((i + 1) % conversations.size()));
      List<Conversation.Question> questions =
          conversations.get(i).questions().stream()
              .filter(question -> question.category() != Scores.ADVERSARIAL)
              .toList();
      for (int j = 0; next != null && j < questions.size(); j += ELSEWHERE) {
        chances.addElsewhere(next.ask(questions.get(j).text(), List.of()).chance());
      }
    }
  }

  private void delete(String namespace) {
    clients
        .store()
        .deleteNamespace(DeleteNamespaceRequest.newBuilder().setNamespace(namespace).build());
  }

  private double figure(String name) {
    return figures.get(name).orElse(0.0);
  }
}
