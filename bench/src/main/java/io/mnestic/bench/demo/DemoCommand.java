package io.mnestic.bench.demo;

import io.grpc.StatusRuntimeException;
import io.mnestic.bench.report.Figures;
import io.mnestic.bench.report.Latencies;
import io.mnestic.bench.report.Paint;
import io.mnestic.bench.report.Width;
import io.mnestic.bench.services.Clients;
import io.mnestic.bench.services.Deployment;
import io.mnestic.bench.services.PendingVectors;
import io.mnestic.bench.services.ServiceOptions;
import io.mnestic.bench.services.Services;
import io.mnestic.memory.v1.DeleteNamespaceRequest;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.AssembleContextResponse;
import io.mnestic.orchestrator.v1.LedgerEntry;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code demo}: conversations in, questions asked, and whether the right lines came back. */
@Command(
    name = "demo",
    description = {
      "Takes in two small conversations (English and Chinese) and asks about them.",
      "Exit code 1 if the line that answers is not in a question's context.",
      "Figures: questions, answered, context.p50_ms, turns."
    },
    mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
  private static final List<String> SCRIPTS = List.of("english", "chinese");
  private static final int COLUMNS = 100;
  private static final Duration VECTORS_LIMIT = Duration.ofMinutes(2);
  private static final int P50 = 50;

  private final PrintWriter out;
  private final Latencies latencies = new Latencies();

  @Mixin private final ServiceOptions services = new ServiceOptions();
  @Mixin private final Figures figures = new Figures();

  private int turns;
  private int questions;
  private int answered;

  public DemoCommand(PrintWriter out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    try (Deployment deployment = services.open()) {
      deployment.started().ifPresent(this::printStart);
      for (String name : SCRIPTS) {
        play(deployment.clients(), Script.read(name));
      }
    }
    out.printf(
        "%s%n",
        answered == questions
            ? Paint.GOOD.on(
                "All %d questions have what answers them in context.".formatted(questions))
            : Paint.BAD.on(
                "%d of %d questions lack what answers them."
                    .formatted(questions - answered, questions)));
    figures.put("turns", turns);
    figures.put("questions", questions);
    figures.put("answered", answered);
    figures.put("context.p50_ms", latencies.millis(P50));
    figures.save();
    return answered == questions ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private void printStart(Services started) {
    out.printf(
        Locale.ROOT,
        "Three services started and healthy in %.1f s.%n",
        started.startTime().toMillis() / 1000.0);
  }

  private void play(Clients clients, Script script) {
    String namespace = script.namespace() + "-" + UUID.randomUUID();
    out.printf("%n%s%n", Paint.HEADING.on(rule(script.title())));
    try {
      long begin = System.nanoTime();
      Telling.Told told = new Telling(clients, script, namespace).run();
      PendingVectors.await(clients, namespace, VECTORS_LIMIT);
      out.printf(
          Locale.ROOT,
          "%d turns in %d sessions and %d other memories taken in, in %.1f s, with %s.%n",
          script.turnCount(),
          script.sessions().size(),
          script.memories().size(),
          Duration.ofNanos(System.nanoTime() - begin).toMillis() / 1000.0,
          script.model());
      turns += script.turnCount();
      for (Script.Question question : script.questions()) {
        ask(clients, script, told, question);
      }
    } catch (RuntimeException e) {
      try {
        delete(clients, namespace);
      } catch (StatusRuntimeException also) {
        // What went wrong first is what to tell.
        e.addSuppressed(also);
      }
      throw e;
    }
    delete(clients, namespace);
  }

  private static void delete(Clients clients, String namespace) {
    clients
        .store()
        .deleteNamespace(DeleteNamespaceRequest.newBuilder().setNamespace(namespace).build());
  }

  private void ask(Clients clients, Script script, Telling.Told told, Script.Question question) {
    AssembleContextRequest request =
        AssembleContextRequest.newBuilder()
            .setNamespace(told.namespace())
            .setSessionId(told.session())
            .setQuery(question.text())
            .setSystemPrompt(script.system())
            .setBudgetTokens(script.budget())
            .setMinRevision(told.revision())
            .build();
    long begin = System.nanoTime();
    AssembleContextResponse context = clients.orchestrator().assembleContext(request);
    latencies.add(Duration.ofNanos(System.nanoTime() - begin));
    questions++;
    out.printf("%n%s%n", Paint.HEADING.on("%d. %s".formatted(questions, question.text())));
    new ContextView(out).print(context, script.budget());
    Set<String> included =
        context.getLedgerList().stream()
            .filter(LedgerEntry::getIncluded)
            .map(LedgerEntry::getMemoryId)
            .collect(Collectors.toSet());
    boolean found =
        question.expects().stream()
            .map(label -> told.idsByLabel().getOrDefault(label, label))
            .allMatch(included::contains);
    boolean inBudget = context.getTotalTokens() <= script.budget();
    answered += found && inBudget ? 1 : 0;
    out.println("   " + verdict(found, inBudget));
    out.flush();
  }

  private static String verdict(boolean found, boolean inBudget) {
    if (!inBudget) {
      return Paint.BAD.on("WRONG: the context is over its budget");
    }
    return found
        ? Paint.GOOD.on("right: the line that answers is in the context")
        : Paint.BAD.on("WRONG: the line that answers is not in the context");
  }

  private static String rule(String title) {
    return "== " + title + " " + "=".repeat(Math.max(3, COLUMNS - Width.of(title) - 4));
  }
}
