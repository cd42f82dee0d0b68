package io.mnestic.encoder.model;

/**
 * What a model reads.
 *
 * @param ids token ids with special tokens, at least one and none over the model's limit
 * @param second where the second of two texts begins; the length if there is one
 * @param tokens whether the tokens' vectors are wanted too
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Input(int[] ids, int second, boolean tokens) {
  /** One text, for its vector. */
  public static Input of(int[] ids) {
    return new Input(ids, ids.length, false);
  }

  /** How many tokens. */
  public int length() {
    return ids.length;
  }
}
