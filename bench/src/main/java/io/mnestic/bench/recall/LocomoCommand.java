package io.mnestic.bench.recall;

import io.mnestic.bench.report.BadInput;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
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
      "the same with .without_LANE behind (--ablation);",
      "answer.auc.category5, answer.auc.elsewhere, answer.brier;",
      "turns, questions, ingest.seconds, ingest.turns_per_second,",
      "query.p50_ms, query.p95_ms, llm.tokens."
    },
    mixinStandardHelpOptions = true)
public final class LocomoCommand implements Callable<Integer> {
  private final PrintWriter out;

  @Mixin private final EvaluationOptions options = new EvaluationOptions();

  @Parameters(paramLabel = "DIR", description = "Folder with the conversations.")
  private Path folder = Path.of("");

  @Option(
      names = "--limit-conversations",
      paramLabel = "N",
      description = "Only the first N conversations, by file name.")
  private int limit = Integer.MAX_VALUE;

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
    options.evaluate("locomo", "", conversations, out);
    return 0;
  }
}
