package io.mnestic.bench.recall;

import io.mnestic.bench.report.Figures;
import io.mnestic.bench.report.Progress;
import io.mnestic.bench.report.Table;
import io.mnestic.encoder.v1.ReadHead;
import io.mnestic.encoder.v1.ReaderSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The three measurements of a reader: another conversation, the same one later, and forgetting. */
final class ReaderReport {
  private static final int PERCENT = 100;

  private final ReaderTrial trial;
  private final ReadHead fixed;
  private final Map<String, List<JudgedQuestion>> conversations = new LinkedHashMap<>();
  private final ReaderSettings settings;
  private final Figures figures;
  private final Progress progress;

  ReaderReport(
      ReaderTrial trial,
      ReadHead fixed,
      List<JudgedQuestion> questions,
      ReaderSettings settings,
      Figures figures,
      Progress progress) {
    this.trial = trial;
    this.fixed = fixed;
    this.settings = settings;
    this.figures = figures;
    this.progress = progress;
    questions.forEach(asked ->
        conversations.computeIfAbsent(asked.conversation(), _ -> new ArrayList<>()).add(asked));
  }

  /** How many trainings there will be. */
  static int trainings(int conversations) {
    int settings = 4;
    return (3 + settings) * conversations;
  }

  /** Fitted on all conversations but one and tested on that one. */
  String otherConversations() {
    Compared compared = new Compared("other", "tested on");
    conversations.forEach((name, tested) -> {
      List<JudgedQuestion> rest =
          conversations.entrySet().stream()
              .filter(one -> !one.getKey().equals(name))
              .flatMap(one -> one.getValue().stream())
              .toList();
      compared.add(name, tested, train(fixed, rest, List.of(), settings));
    });
    return compared.table();
  }

  /** Feedback of the first half of a conversation's questions, tested on the second. */
  String laterQuestions() {
    Compared compared = new Compared("later", "second half of");
    conversations.forEach((name, all) ->
        compared.add(name, secondHalf(all), train(fixed, firstHalf(all), List.of(), settings)));
    return compared.table();
  }

  /** Trained on a conversation, then on the next; what is left of the first. */
  String forgetting() {
    Table table =
        Table.of(
            "after the next conversation",
            "R@10 on the first before",
            "after",
            "difference",
            "95 %",
            "on the next");
    List<List<JudgedQuestion>> all = List.copyOf(conversations.values());
    List<ReadHead> first =
        all.stream().map(one -> train(fixed, firstHalf(one), List.of(), settings)).toList();
    for (boolean lambda : new boolean[] {true, false}) {
      for (boolean gamma : new boolean[] {true, false}) {
        ReaderSettings how = lambda ? settings : settings.toBuilder().setLambda(0).build();
        DoubleStream.Builder before = DoubleStream.builder();
        DoubleStream.Builder after = DoubleStream.builder();
        DoubleStream.Builder next = DoubleStream.builder();
        for (int i = 0; i < all.size(); i++) {
          List<JudgedQuestion> a = all.get(i);
          List<JudgedQuestion> b = all.get((i + 1) % all.size());
          ReadHead then = train(first.get(i), firstHalf(b), gamma ? firstHalf(a) : List.of(), how);
          Arrays.stream(trial.recallAt10(first.get(i), secondHalf(a))).forEach(before::add);
          Arrays.stream(trial.recallAt10(then, secondHalf(a))).forEach(after::add);
          Arrays.stream(trial.recallAt10(then, secondHalf(b))).forEach(next::add);
        }
        double[] was = before.build().toArray();
        double[] is = after.build().toArray();
        double[] difference = difference(is, was);
        Bootstrap.Interval interval = Bootstrap.ofMean(difference);
        String name = (lambda ? "with" : "without") + " λ, " + (gamma ? "with" : "without") + " γ";
        String figure =
            "reader.forgetting."
                + (lambda ? "lambda" : "no_lambda")
                + (gamma ? ".gamma" : ".no_gamma");
        figures.put(figure + ".before", PERCENT * mean(was));
        figures.put(figure + ".after", PERCENT * mean(is));
        table.row(
            name,
            percent(mean(was)),
            percent(mean(is)),
            signed(mean(difference)),
            signed(interval.low()) + " to " + signed(interval.high()),
            percent(mean(next.build().toArray())));
      }
    }
    return table.toString();
  }

  private ReadHead train(
      ReadHead base, List<JudgedQuestion> newest, List<JudgedQuestion> older, ReaderSettings how) {
    ReadHead head = trial.train(base, newest, older, how);
    progress.step(1);
    return head;
  }

  private static List<JudgedQuestion> firstHalf(List<JudgedQuestion> all) {
    return all.subList(0, all.size() / 2);
  }

  private static List<JudgedQuestion> secondHalf(List<JudgedQuestion> all) {
    return all.subList(all.size() / 2, all.size());
  }

  private static double[] difference(double[] one, double[] other) {
    return IntStream.range(0, one.length).mapToDouble(i -> one[i] - other[i]).toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(0);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f", PERCENT * share);
  }

  private static String signed(double share) {
    return String.format(Locale.ROOT, "%+.1f", PERCENT * share);
  }

  /** A table of R@10 by a learned head beside the fixed fusion's. */
  private final class Compared {
    private final String figure;
    private final Table table;
    private final DoubleStream.Builder before = DoubleStream.builder();
    private final DoubleStream.Builder after = DoubleStream.builder();

    Compared(String figure, String header) {
      this.figure = figure;
      table = Table.of(header, "questions", "fixed", "learned", "difference", "95 %", "better");
    }

    void add(String name, List<JudgedQuestion> tested, ReadHead head) {
      double[] was = tested.stream().mapToDouble(JudgedQuestion::recallAt10).toArray();
      double[] is = trial.recallAt10(head, tested);
      Arrays.stream(was).forEach(before::add);
      Arrays.stream(is).forEach(after::add);
      row(name, was, is);
    }

    String table() {
      double[] was = before.build().toArray();
      double[] is = after.build().toArray();
      figures.put("reader." + figure + ".fixed", PERCENT * mean(was));
      figures.put("reader." + figure + ".learned", PERCENT * mean(is));
      Bootstrap.Interval interval = Bootstrap.ofMean(difference(is, was));
      figures.put("reader." + figure + ".difference.low", PERCENT * interval.low());
      figures.put("reader." + figure + ".difference.high", PERCENT * interval.high());
      row("all", was, is);
      return table.toString();
    }

    private void row(String name, double[] was, double[] is) {
      double[] difference = difference(is, was);
      Bootstrap.Interval interval = Bootstrap.ofMean(difference);
      table.row(
          name,
          String.valueOf(was.length),
          percent(mean(was)),
          percent(mean(is)),
          signed(mean(difference)),
          signed(interval.low()) + " to " + signed(interval.high()),
          interval.low() > 0 ? "yes" : "no");
    }
  }
}
