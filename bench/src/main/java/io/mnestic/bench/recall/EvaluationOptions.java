package io.mnestic.bench.recall;

import io.mnestic.bench.report.Figures;
import io.mnestic.bench.services.Deployment;
import io.mnestic.bench.services.ServiceOptions;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every evaluation of recall can be told. */
final class EvaluationOptions {
  @Mixin private final ServiceOptions services = new ServiceOptions();
  @Mixin private final Figures figures = new Figures();

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The encoder's model. Default: the one that suits the set.")
  private String model = "";

  @Option(
      names = "--ablation",
      description = "Asks everything again without each lane in turn; some minutes more.")
  private boolean ablation;

  /**
   * Measures.
   *
   * @param name of the set
   * @param suited the model unless another is asked for; empty for the encoder's default
   */
  void evaluate(String name, String suited, List<Conversation> conversations, PrintWriter out) {
    try (Deployment deployment = services.open()) {
      new RecallEvaluation(
              deployment.clients(), name, model.isEmpty() ? suited : model, figures, out)
          .measure(conversations, ablation);
    }
    figures.save();
  }
}
