package io.mnestic.bench.services;

/**
 * A service did not start, did not answer or stopped; the message shows its log where it has one.
 */
public final class ServiceFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ServiceFailure(String message) {
    super(message);
  }
}
