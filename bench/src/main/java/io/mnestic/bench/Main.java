package io.mnestic.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of {@code ./mnestic demo}, {@code eval} and {@code bench}. */
@Command(
    name = "mnestic",
    description = "Demo, evaluations and benchmarks of Mnestic.",
    mixinStandardHelpOptions = true)
public final class Main {
  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }
}
