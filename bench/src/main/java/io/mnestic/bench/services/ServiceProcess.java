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
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();
  private static final int STOP_SECONDS = 15;

  // Stopping ends with the cache's assembly, ten seconds of two cores.
  private static final int TRAINING_STOP_SECONDS = 180;

  private static final int LOG_LINES_SHOWN = 30;
  private static final long KIBIBYTE = 1024;

  private final Service service;
  private final Path log;
  private final Process process;
  private final int stopSeconds;

  private ServiceProcess(Service service, Path log, Process process, int stopSeconds) {
    this.service = service;
    this.log = log;
    this.process = process;
    this.stopSeconds = stopSeconds;
  }

  /**
   * Starts a service, faster where its {@link StartCache} is there; it is not yet healthy on
   * return.
   *
   * @param settings {@code -key=value} arguments
   */
  static ServiceProcess start(Service service, Path home, Path log, List<String> settings) {
    List<String> flags = new ArrayList<>(service.flags());
    flags.addAll(cache(service, home).flags());
    return start(service, jar(service, home), log, flags, settings, STOP_SECONDS);
  }

  /** Starts a service whose JVM writes a cache to {@code made} when it is asked to stop. */
  static ServiceProcess train(
      Service service, Path home, Path log, List<String> settings, Path made) {
    List<String> flags = new ArrayList<>(service.flags());
    flags.add("-XX:AOTCacheOutput=" + made);
    return start(service, jar(service, home), log, flags, settings, TRAINING_STOP_SECONDS);
  }

  private static ServiceProcess start(
      Service service,
      Path jar,
      Path log,
      List<String> flags,
      List<String> settings,
      int stopSeconds) {
    List<String> command = new ArrayList<>();
    command.add(JAVA);
    command.addAll(flags);
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
      return new ServiceProcess(service, log, process, stopSeconds);
    } catch (IOException e) {
      throw new UncheckedIOException("can not start " + service.module(), e);
    }
  }

  /** The cache of the service as it is built now. */
  static StartCache cache(Service service, Path home) {
    return StartCache.of(service, home, jar(service, home), service.flags());
  }

  /**
   * Has a JVM open {@code cache} as the service's own will.
   *
   * @throws ServiceFailure if it does not take it; a service's JVM would go on without
   */
  static void requireUsable(Service service, Path home, Path cache) {
    List<String> command = new ArrayList<>();
    command.add(JAVA);
    command.addAll(service.flags());
    command.addAll(List.of("-XX:AOTMode=on", "-XX:AOTCache=" + cache));
    command.addAll(List.of("-cp", jar(service, home).toString(), "-version"));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new ServiceFailure("no start cache for " + service.module() + ": " + said.strip());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can not try the cache of " + service.module(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceFailure("interrupted while a cache was tried");
    }
  }

  private static Path jar(Service service, Path home) {
    return service
        .jar(home)
        .orElseThrow(() ->
            new ServiceFailure(
                "%s is not built in %s: run ./mnestic build".formatted(service.module(), home)));
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
    // While it writes a start cache it has a child that does the work.
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    exits();
  }

  private boolean exits() {
    try {
      return process.waitFor(stopSeconds, TimeUnit.SECONDS);
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
