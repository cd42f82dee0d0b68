package io.mnestic.encoder.folder;

import java.nio.file.Path;

/** A model's files can not be used; the message names the file, what in it, and what to change. */
public final class InvalidModel extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message for whoever put the files there. */
  public InvalidModel(String message) {
    super(message);
  }

  /** With the failure that showed it. */
  public InvalidModel(String message, Throwable cause) {
    super(message, cause);
  }

  static InvalidModel of(Path file, String problem) {
    return new InvalidModel(file + ": " + problem);
  }
}
