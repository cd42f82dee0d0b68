package io.mnestic.encoder.batching;

import io.mnestic.encoder.model.Output;

/** What became of one input. */
public sealed interface Outcome {
  /** The model's answer. */
  record Done(Output output) implements Outcome {}

  /** The model failed on this input alone, or answered with numbers that are not finite. */
  record Failed(Throwable cause) implements Outcome {}
}
