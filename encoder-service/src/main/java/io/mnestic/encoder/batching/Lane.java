package io.mnestic.encoder.batching;

/** Which sequences wait for which. */
public enum Lane {
  /** Someone waits for the answer: goes before bulk work, at the next batch. */
  QUERY,
  /** Documents, in bulk. */
  BULK
}
