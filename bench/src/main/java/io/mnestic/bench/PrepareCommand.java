package io.mnestic.bench;

import io.mnestic.bench.services.Training;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** {@code prepare}: what the launcher runs once after a build. */
@Command(
    name = "prepare",
    hidden = true,
    description = "Makes the caches that let the services of this build start faster.",
    mixinStandardHelpOptions = true)
final class PrepareCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    Training.run();
    return ExitCode.OK;
  }
}
