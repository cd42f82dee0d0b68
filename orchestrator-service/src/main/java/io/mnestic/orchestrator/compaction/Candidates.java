package io.mnestic.orchestrator.compaction;

import io.mnestic.orchestrator.turn.Sentences;
import java.util.ArrayList;
import java.util.List;

/** The sentences that a summary of several texts is chosen from. */
final class Candidates {
  /** Most sentences of one summary's input, so that encoding them takes seconds at most. */
  static final int MOST = 160;

  private Candidates() {}

  /**
   * At most {@link #MOST} of several texts' sentences: the first ones of each text, as many of each
   * as there is room for.
   */
  static List<Sentence> of(List<Utterance> texts) {
    List<List<Sentence>> byText = new ArrayList<>();
    int longest = 0;
    for (int i = 0; i < texts.size(); i++) {
      List<Sentence> sentences = new ArrayList<>();
      for (String sentence : Sentences.of(texts.get(i).text())) {
        sentences.add(new Sentence(texts.get(i).speaker(), sentence, i));
      }
      byText.add(sentences);
      longest = Math.max(longest, sentences.size());
    }
    int each = longest;
    while (each > 1 && count(byText, each) > MOST) {
      each--;
    }
    List<Sentence> chosen = new ArrayList<>();
    for (List<Sentence> sentences : byText) {
      chosen.addAll(sentences.subList(0, Math.min(each, sentences.size())));
    }
    return chosen.size() > MOST ? chosen.subList(0, MOST) : chosen;
  }

  private static int count(List<List<Sentence>> byText, int each) {
    return byText.stream().mapToInt(sentences -> Math.min(each, sentences.size())).sum();
  }
}
