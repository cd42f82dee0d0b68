package io.mnestic.bench;

import io.mnestic.bench.context.ContextCommand;
import io.mnestic.bench.demo.DemoCommand;
import io.mnestic.bench.encoder.EncoderCommand;
import io.mnestic.bench.recall.ChatsCommand;
import io.mnestic.bench.recall.ChineseCommand;
import io.mnestic.bench.recall.LocomoCommand;
import io.mnestic.bench.transfer.ExportCommand;
import io.mnestic.bench.transfer.ImportCommand;
import io.mnestic.bench.writes.WritesCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Entry point of {@code ./mnestic up}, {@code demo}, {@code export}, {@code import}, {@code eval}
 * and {@code bench}.
 */
@Command(
    name = "mnestic",
    description = "Mnestic on this machine: the services, a demo, evaluations and benchmarks.",
    mixinStandardHelpOptions = true,
    version = "0.1.0-SNAPSHOT")
public final class Main {
  private Main() {}

  /** Runs one command and exits with its code: 0 done, 1 failed, 2 not understood. */
  public static void main(String[] args) {
    // Conversations may be Chinese whatever the machine's locale is.
    PrintWriter out = utf8(FileDescriptor.out);
    PrintWriter err = utf8(FileDescriptor.err);
    System.exit(commandLine(out, err).execute(args));
  }

  /** All commands, writing to {@code out} and {@code err}. */
  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    CommandLine main =
        new CommandLine(new Main())
            .addSubcommand(new UpCommand(out))
            .addSubcommand(new PrepareCommand())
            .addSubcommand(new DemoCommand(out))
            .addSubcommand(new ExportCommand(out))
            .addSubcommand(new ImportCommand(out))
            .addSubcommand(
                new CommandLine(new Eval())
                    .addSubcommand(new LocomoCommand(out))
                    .addSubcommand(new ChatsCommand(out))
                    .addSubcommand(new ChineseCommand(out)))
            .addSubcommand(
                new CommandLine(new Bench())
                    .addSubcommand(new ContextCommand(out))
                    .addSubcommand(new EncoderCommand(out))
                    .addSubcommand(new WritesCommand(out)));
    return main.setOut(out).setErr(err).setExecutionExceptionHandler(new Failures(err));
  }

  private static PrintWriter utf8(FileDescriptor descriptor) {
    return new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  @Command(
      name = "eval",
      description = "Measures how much of what is asked about is recalled.",
      mixinStandardHelpOptions = true)
  private static final class Eval {}

  @Command(
      name = "bench",
      description = "Measures speed and size.",
      mixinStandardHelpOptions = true)
  private static final class Bench {}
}
