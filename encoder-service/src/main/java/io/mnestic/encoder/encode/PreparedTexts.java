package io.mnestic.encoder.encode;

import io.mnestic.encoder.model.Input;
import io.mnestic.encoder.tokens.TextTokenizer;
import io.mnestic.encoder.tokens.Tokens;
import io.mnestic.encoder.tokens.Window;
import io.mnestic.encoder.v1.Overflow;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import java.util.ArrayList;
import java.util.List;

/**
 * Texts as a model reads them: each in one window of tokens or several, a prompt before each.
 *
 * @param texts in the order of the request
 * @param promptTokens how many tokens the prompt has
 */
record PreparedTexts(List<Text> texts, int promptTokens) {
  /** The special tokens before a text and after it. */
  static final int FRAME_TOKENS = 2;

  /**
   * Tokenises texts.
   *
   * @param tokenVectors whether the vectors of tokens are wanted
   * @param maxPassages most windows of all texts together
   * @throws Refusal INVALID_FIELD if there are more
   */
  static PreparedTexts of(
      List<String> texts,
      ServedModel model,
      Tokens prompt,
      Overflow overflow,
      boolean tokenVectors,
      int maxPassages) {
    TextTokenizer tokenizer = model.tokenizer();
    int capacity = model.spec().maxTokens() - FRAME_TOKENS - prompt.count();
    List<Text> prepared = new ArrayList<>(texts.size());
    int passages = 0;
    for (int i = 0; i < texts.size(); i++) {
      Tokens tokens = tokenizer.tokenize(texts.get(i));
      List<Window> windows = Window.of(tokens, capacity, overflow);
      passages += windows.size();
      if (passages > maxPassages) {
        throw Refusal.of(
                Reason.REASON_INVALID_FIELD,
                "the texts make more than %d passages: send them in several requests"
                    .formatted(maxPassages))
            .withField("texts[" + i + "]");
      }
      prepared.add(
          new Text(
              tokens,
              windows,
              windows.stream()
                  .map(window -> input(tokenizer, prompt, tokens, window, tokenVectors))
                  .toList()));
    }
    return new PreparedTexts(prepared, prompt.count());
  }

  /** What the model reads, text by text and window by window. */
  List<Input> inputs() {
    return texts.stream().flatMap(text -> text.inputs.stream()).toList();
  }

  /** The vectors of a window's own tokens among those of all that the model read. */
  List<float[]> own(float[][] tokens, Window window) {
    int from = 1 + promptTokens;
    return List.of(tokens).subList(from, from + window.size());
  }

  private static Input input(
      TextTokenizer tokenizer, Tokens prompt, Tokens tokens, Window window, boolean vectors) {
    int[] ids = new int[FRAME_TOKENS + prompt.count() + window.size()];
    ids[0] = tokenizer.first();
    System.arraycopy(prompt.ids(0, prompt.count()), 0, ids, 1, prompt.count());
    int[] content = tokens.ids(window.from(), window.to());
    System.arraycopy(content, 0, ids, 1 + prompt.count(), content.length);
    ids[ids.length - 1] = tokenizer.last();
    return new Input(ids, ids.length, vectors);
  }

  /**
   * One text.
   *
   * @param windows of its tokens, never none
   * @param inputs one for each window
   */
  record Text(Tokens tokens, List<Window> windows, List<Input> inputs) {
    /** Tokens that the model reads, with special tokens and prompts. */
    int used() {
      return inputs.stream().mapToInt(Input::length).sum();
    }

    /** Tokens that no window has. */
    int dropped() {
      return tokens.count() - windows.getLast().to();
    }
  }
}
