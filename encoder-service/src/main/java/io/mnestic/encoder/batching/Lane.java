package io.mnestic.encoder.batching;

/** Which sequences wait for which. */
public enum Lane {
  /** Someone waits for the answer: goes before bulk work, at one of the next two batches. */
  QUERY,
  /** Documents, in bulk. */
  BULK
}
