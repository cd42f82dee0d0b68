package io.mnestic.bench.report;

/** What the caller gave can not be used; the message says what to change. Exit code 2. */
public final class BadInput extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BadInput(String message) {
    super(message);
  }

  public BadInput(String message, Throwable cause) {
    super(message, cause);
  }
}
