package io.mnestic.bench.services;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One service as a process of its own, with its log in a file. */
final class ServiceProcess {
  private static final List<String> FLAGS =
      List.of(
          "--add-modules=jdk.incubator.vector",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");
  private static final int STOP_SECONDS = 15;
  private static final int LOG_LINES_SHOWN = 30;
  private static final long KIBIBYTE = 1024;

  private final Service service;
  private final Path log;
  private final Process process;

  private ServiceProcess(Service service, Path log, Process process) {
    this.service = service;
    this.log = log;
    this.process = process;
  }

  /**
   * Starts a service; it is not yet healthy on return.
   *
   * @param settings {@code -key=value} arguments
   */
  static ServiceProcess start(Service service, Path home, Path log, List<String> settings) {
    Path jar =
        service
            .jar(home)
            .orElseThrow(() ->
                new ServiceFailure(
                    "%s is not built in %s: run ./mnestic build"
                        .formatted(service.module(), home)));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.add(service.heap());
    command.add("-jar");
    command.add(jar.toString());
    command.addAll(settings);
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      // Nothing is said to it; it must not wait for our standard input.
      process.getOutputStream().close();
      return new ServiceProcess(service, log, process);
    } catch (IOException e) {
      throw new UncheckedIOException("can not start " + service.module(), e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Sends SIGTERM. */
  void askToStop() {
    process.destroy();
  }

  /** Waits until it has stopped, and ends it with SIGKILL when that takes too long. */
  void awaitStop() {
    if (!exits()) {
      process.destroyForcibly();
      exits();
    }
  }

  /** Ends it with SIGKILL and waits until it is gone. */
  void kill() {
    process.destroyForcibly();
    exits();
  }

  private boolean exits() {
    try {
      return process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Resident memory in bytes, from the kernel. */
  long residentBytes() {
    try (var lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
      return lines
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElse(0)
          * KIBIBYTE;
    } catch (IOException e) {
      throw new UncheckedIOException("can not read the memory of " + service.module(), e);
    }
  }

  /** A failure that shows the end of its log. */
  ServiceFailure failure(String what) {
    return new ServiceFailure(
        "%s %s; the end of its log %s:%n%s".formatted(service.module(), what, log, logEnd()));
  }

  private String logEnd() {
    try {
      List<String> lines = Files.readString(log, StandardCharsets.UTF_8).lines().toList();
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    } catch (IOException e) {
      return "(can not be read: " + e.getMessage() + ")";
    }
  }
}
