package io.mnestic.bench.recall;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code eval chats}: how much is recalled of long chats of a user and an assistant. */
@Command(
    name = "chats",
    description = {
      "Evidence recall on long chats of a user and an assistant, written by seed.",
      "Figures as of eval locomo; category 4 is told by the user in passing, category 1 at",
      "several times, category 6 stands in one of the assistant's long answers."
    },
    mixinStandardHelpOptions = true)
public final class ChatsCommand implements Callable<Integer> {
  private final PrintWriter out;

  @Mixin private final EvaluationOptions options = new EvaluationOptions();

  @Option(names = "--chats", paramLabel = "N", description = "How many chats. Default: 4.")
  private int chats = 4;

  @Option(names = "--seed", paramLabel = "SEED", description = "Of the first. Default: 100.")
  private long seed = 100;

  public ChatsCommand(PrintWriter out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    ChatTexts texts = ChatTexts.read();
    List<Conversation> conversations = new ArrayList<>();
    for (int i = 0; i < Math.max(1, chats); i++) {
      conversations.add(ChatWriter.write(texts, seed + i));
    }
    options.evaluate("chats", "", conversations, out);
    return 0;
  }
}
