package io.mnestic.memory.log;

/**
 * A change to be committed. Runs on the log's one committing thread, so it should only look at the
 * state, decide and append.
 */
@FunctionalInterface
public interface Change<R> {
  /**
   * Decides on the state as it will be when all earlier changes are durable.
   *
   * @throws io.mnestic.wire.Refusal to change nothing
   */
  R apply(Draft draft);
}
