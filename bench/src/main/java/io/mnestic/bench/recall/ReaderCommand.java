package io.mnestic.bench.recall;

import io.mnestic.bench.report.BadInput;
import io.mnestic.bench.report.Figures;
import io.mnestic.bench.report.Progress;
import io.mnestic.bench.services.Clients;
import io.mnestic.bench.services.Deployment;
import io.mnestic.bench.services.PendingVectors;
import io.mnestic.bench.services.ServiceOptions;
import io.mnestic.encoder.v1.ReaderSettings;
import io.mnestic.memory.v1.DeleteNamespaceRequest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code eval reader}: what a reader learns from feedback, beside the fixed fusion. */
@Command(
    name = "reader",
    description = {
      "What a reader learns on conversations in LoCoMo's format (*.json in DIR): recall@10 beside",
      "the fixed fusion's, in per cent, with 95 % intervals by paired bootstrap over questions.",
      "Figures: reader.other.* (fitted on the other conversations), reader.later.* (first half of"
          + " a",
      "conversation's questions as feedback, tested on the second), reader.forgetting.*"
    },
    mixinStandardHelpOptions = true)
public final class ReaderCommand implements Callable<Integer> {
  private static final Duration VECTORS_LIMIT = Duration.ofMinutes(10);

  private final PrintWriter out;

  @Mixin private final ServiceOptions services = new ServiceOptions();
  @Mixin private final Figures figures = new Figures();

  @Parameters(paramLabel = "DIR", description = "Folder with the conversations.")
  private Path folder = Path.of("");

  @Option(
      names = "--limit-conversations",
      paramLabel = "N",
      description = "Only the first N conversations, by file name; at least 2.")
  private int limit = Integer.MAX_VALUE;

  @Option(names = "--seed", paramLabel = "N", description = "Of the trainings. Default: 1.")
  private long seed = 1;

  @Option(names = "--steps", paramLabel = "N", description = "Of a training. Default: 400.")
  private int steps = 400;

  public ReaderCommand(PrintWriter out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    List<Conversation> all = new ConversationReader().readAll(folder);
    List<Conversation> conversations = all.subList(0, Math.min(Math.max(limit, 0), all.size()));
    if (conversations.size() < 2) {
      throw new BadInput("a reader is measured on 2 conversations or more");
    }
    if (conversations.stream().anyMatch(one -> one.questions().size() < 2)) {
      throw new BadInput("each conversation must have 2 questions with evidence or more");
    }
    try (Deployment deployment = services.open()) {
      measure(deployment.clients(), conversations);
    }
    figures.save();
    return 0;
  }

  private void measure(Clients clients, List<Conversation> conversations) {
    String run = UUID.randomUUID().toString().substring(0, 8);
    List<String> namespaces = new ArrayList<>();
    int turns = conversations.stream().mapToInt(Conversation::turnCount).sum();
    int questions = conversations.stream().mapToInt(one -> one.questions().size()).sum();
    try {
      List<Long> revisions = new ArrayList<>();
      try (Progress progress = Progress.of("Ingesting", "turns", turns)) {
        for (Conversation conversation : conversations) {
          String namespace = "reader-" + conversation.name() + "-" + run;
          namespaces.add(namespace);
          revisions.add(new Ingest(clients, "", progress).run(conversation, namespace));
          PendingVectors.await(clients, namespace, VECTORS_LIMIT);
        }
      }
      AskAll asking;
      try (Progress progress = Progress.of("Asking", "questions", questions)) {
        asking = new AskAll(clients, progress);
        for (int i = 0; i < conversations.size(); i++) {
          asking.ask(conversations.get(i), namespaces.get(i), revisions.get(i));
        }
      }
      report(clients, asking, conversations.size());
    } finally {
      namespaces.forEach(namespace ->
          clients
              .store()
              .deleteNamespace(
                  DeleteNamespaceRequest.newBuilder().setNamespace(namespace).build()));
    }
  }

  private void report(Clients clients, AskAll asking, int conversations) {
    try (Progress progress =
        Progress.of("Training", "readers", ReaderReport.trainings(conversations))) {
      ReaderReport report =
          new ReaderReport(
              new ReaderTrial(clients),
              asking.fixedFusion(),
              asking.questions(),
              ReaderSettings.newBuilder().setSeed(seed).setSteps(steps).build(),
              figures,
              progress);
      String other = report.otherConversations();
      String later = report.laterQuestions();
      String forgetting = report.forgetting();
      out.printf("%nFitted on the other conversations%n%n%s", other);
      out.printf("%nFirst half of a conversation's questions as feedback%n%n%s", later);
      out.printf("%nForgetting: second half of a conversation's questions%n%n%s", forgetting);
      out.printf("%nShare of the evidence turns among the first 10, in per cent; seed %d.%n", seed);
    }
  }
}
