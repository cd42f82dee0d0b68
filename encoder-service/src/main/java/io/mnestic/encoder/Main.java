package io.mnestic.encoder;

import io.micronaut.runtime.Micronaut;

/** Entry point of encoder-service. */
public final class Main {
  private Main() {}

  /**
   * Starts the server; settings come as {@code -mnestic.key=value}, environment or configuration
   * files.
   */
  public static void main(String[] args) {
    Micronaut.build(args).mainClass(Main.class).banner(false).start();
  }
}
