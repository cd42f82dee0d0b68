package io.mnestic.bench.recall;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code eval chinese}: how much is recalled of a conversation in Chinese. */
@Command(
    name = "chinese",
    description = {
      "Evidence recall on a Chinese conversation of several sessions, with bge-small-zh-v1.5.",
      "Figures as of eval locomo. With --mixed an English chat stands in the same namespace, and is",
      "asked about too: categories 11, 14 and 16."
    },
    mixinStandardHelpOptions = true)
public final class ChineseCommand implements Callable<Integer> {
  private static final long SEED = 100;

  private final PrintWriter out;

  @Mixin private final EvaluationOptions options = new EvaluationOptions();

  @Option(
      names = "--mixed",
      description = "With an English chat of 144 turns in the same namespace.")
  private boolean mixed;

  public ChineseCommand(PrintWriter out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    Conversation conversation = new ConversationReader().readOwn("chinese");
    options.evaluate(
        "chinese",
        "bge-small-zh-v1.5",
        List.of(
            mixed ? with(conversation, ChatWriter.write(ChatTexts.read(), SEED)) : conversation),
        out);
    return 0;
  }

  /** Both in one, the sessions and categories of the second counted on. */
  private static Conversation with(Conversation first, Conversation second) {
    int before = first.sessions().size();
    List<Conversation.Session> sessions = new ArrayList<>(first.sessions());
    for (Conversation.Session session : second.sessions()) {
      sessions.add(
          new Conversation.Session(
              before + session.number(),
              session.start(),
              session.turns().stream()
                  .map(turn ->
                      new Conversation.Turn(
                          later(turn.id(), before), turn.role(), turn.speaker(), turn.text()))
                  .toList()));
    }
    List<Conversation.Question> questions = new ArrayList<>(first.questions());
    for (Conversation.Question question : second.questions()) {
      questions.add(
          new Conversation.Question(
              question.text(),
              Scores.OTHER_LANGUAGE + question.category(),
              question.evidence().stream()
                  .map(id -> later(id, before))
                  .collect(Collectors.toSet())));
    }
    return new Conversation(first.name() + "-mixed", sessions, questions);
  }

  private static TurnId later(TurnId id, int sessions) {
    return new TurnId(id.session() + sessions, id.turn());
  }
}
