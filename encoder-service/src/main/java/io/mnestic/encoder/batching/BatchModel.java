package io.mnestic.encoder.batching;

import io.mnestic.encoder.model.Input;
import io.mnestic.encoder.model.Output;
import java.util.List;

/** A model as the queue sees it; called by several threads. */
@FunctionalInterface
public interface BatchModel {
  /** The answers to a batch, in its order. */
  List<Output> run(List<Input> batch);
}
