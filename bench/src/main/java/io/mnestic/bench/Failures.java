package io.mnestic.bench;

import io.grpc.StatusRuntimeException;
import io.mnestic.bench.report.BadInput;
import io.mnestic.bench.services.ServiceFailure;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** What a failed command says, and the code it exits with. */
final class Failures implements IExecutionExceptionHandler {
  private final PrintWriter err;

  Failures(PrintWriter err) {
    this.err = err;
  }

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine commandLine, ParseResult parsed) {
    return switch (failure) {
      case BadInput bad -> {
        err.println(bad.getMessage());
        yield ExitCode.USAGE;
      }
      case ServiceFailure service -> {
        err.println(service.getMessage());
        yield ExitCode.SOFTWARE;
      }
      case StatusRuntimeException status -> {
        err.println("a service refused or failed a call: " + status.getMessage());
        yield ExitCode.SOFTWARE;
      }
      case UncheckedIOException io -> {
        err.println(io.getMessage() + ": " + io.getCause());
        yield ExitCode.SOFTWARE;
      }
      default -> {
        failure.printStackTrace(err);
        yield ExitCode.SOFTWARE;
      }
    };
  }
}
