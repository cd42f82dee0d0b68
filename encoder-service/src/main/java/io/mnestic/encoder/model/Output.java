package io.mnestic.encoder.model;

import java.util.Arrays;

/**
 * What a model answers.
 *
 * @param vector the text's unit vector, or a cross-encoder's outputs
 * @param tokens the last state of each token, special tokens included; empty unless asked for
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Output(float[] vector, float[][] tokens) {
  static final float[][] NO_TOKENS = {};

  /** Whether all numbers are finite: a vector that is not says nothing and poisons an index. */
  public boolean isFinite() {
    return isFinite(vector) && Arrays.stream(tokens).allMatch(Output::isFinite);
  }

  private static boolean isFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
