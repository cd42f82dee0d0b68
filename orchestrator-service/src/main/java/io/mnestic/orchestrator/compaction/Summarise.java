package io.mnestic.orchestrator.compaction;

import io.mnestic.memory.v1.VectorSpace;
import io.mnestic.orchestrator.encoding.EncodedMemory;
import io.mnestic.orchestrator.encoding.MemoryEncoder;
import io.mnestic.orchestrator.encoding.Subject;
import io.mnestic.orchestrator.space.Spaces;
import io.mnestic.orchestrator.tokens.TokenCounter;
import io.mnestic.orchestrator.tokens.Tokenizers;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Summarises texts in their own sentences, and in a language model's words if there is one. */
@Singleton
final class Summarise {
  private static final Set<Character.UnicodeBlock> HAN =
      Set.of(
          Character.UnicodeBlock.CJK_SYMBOLS_AND_PUNCTUATION,
          Character.UnicodeBlock.HALFWIDTH_AND_FULLWIDTH_FORMS,
          Character.UnicodeBlock.CJK_UNIFIED_IDEOGRAPHS);

  private final MemoryEncoder encoder;
  private final Spaces spaces;
  private final Tokenizers tokenizers;
  private final Rewording rewording;
  private final CompactionSettings settings;

  Summarise(
      MemoryEncoder encoder,
      Spaces spaces,
      Tokenizers tokenizers,
      Rewording rewording,
      CompactionSettings settings) {
    this.encoder = encoder;
    this.spaces = spaces;
    this.tokenizers = tokenizers;
    this.rewording = rewording;
    this.settings = settings;
  }

  /**
   * The summary of texts, oldest first; empty if none of them has a word.
   *
   * @param beforeEachCall may throw to end the work
   * @throws io.mnestic.wire.Refusal ENCODER_UNAVAILABLE, OVERLOADED
   */
  Optional<Summary> of(String namespace, List<Utterance> texts, Runnable beforeEachCall) {
    List<Sentence> sentences = Candidates.of(texts);
    if (sentences.isEmpty()) {
      return Optional.empty();
    }
    TokenCounter counter = tokenizers.named("");
    int[] tokens = counter.count(sentences.stream().map(Sentence::spoken).toList());
    List<float[]> vectors = vectors(namespace, sentences, beforeEachCall);
    List<Sentence> chosen =
        new Extract(vectors)
            .choose(tokens, settings.summaryTokens()).stream().map(sentences::get).toList();
    String extract = text(chosen);
    return Optional.of(new Summary(extract, rewording.reword(extract).orElse(extract)));
  }

  private List<float[]> vectors(
      String namespace, List<Sentence> sentences, Runnable beforeEachCall) {
    VectorSpace space = spaces.of(namespace);
    List<Subject> subjects =
        sentences.stream().map(sentence -> new Subject(sentence.spoken(), null)).toList();
    List<float[]> vectors = new ArrayList<>();
    for (EncodedMemory encoded :
        encoder.encode(space, subjects, settings.encodeDeadline(), beforeEachCall)) {
      float[] values = new float[space.getDimensions()];
      for (int i = 0; i < values.length; i++) {
        values[i] = encoded.vectors().getFirst().getValues(i);
      }
      vectors.add(values);
    }
    return vectors;
  }

  /** One line for each speaker that follows another. */
  private static String text(List<Sentence> sentences) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < sentences.size(); i++) {
      Sentence sentence = sentences.get(i);
      boolean goesOn = i > 0 && sentences.get(i - 1).speaker().equals(sentence.speaker());
      if (goesOn && !sentence.speaker().isEmpty()) {
        text.append(endsInHan(text) ? "" : " ").append(sentence.text());
      } else {
        text.append(i == 0 ? "" : "\n").append(sentence.spoken());
      }
    }
    return text.toString();
  }

  /** Chinese has no spaces between sentences. */
  private static boolean endsInHan(CharSequence text) {
    return HAN.contains(Character.UnicodeBlock.of(text.charAt(text.length() - 1)));
  }
}
