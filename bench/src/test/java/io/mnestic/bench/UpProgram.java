package io.mnestic.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code up} as a program of its own, in a process group of its own as a terminal makes it. */
final class UpProgram implements AutoCloseable {
  private static final int MOST_POLLS = 3_000;
  private static final long POLL_MILLIS = 50;

  private final Path out;
  private final int port;
  private final Process program;

  /** Starts it; what it says goes to {@code out}. */
  UpProgram(Path out, Path data) throws IOException {
    this.out = out;
    port = freePort();
    // A shell that starts tests in the background has them, and so their children, ignore SIGINT.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT", "setsid"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dmnestic.home=" + System.getProperty("mnestic.home", ""));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("up", "--data", data.toString(), "--port", Integer.toString(port)));
    program =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
  }

  /** Waits until it has said a line that contains this. */
  void await(String line) throws Exception {
    for (int poll = 0; !said().contains(line); poll++) {
      assertThat(program.isAlive() && poll < MOST_POLLS)
          .as("waits for '%s': %s", line, said())
          .isTrue();
      Thread.sleep(POLL_MILLIS);
    }
  }

  void awaitHealthy() throws Exception {
    await("Ctrl-C stops all three");
  }

  String said() throws IOException {
    return Files.readString(out);
  }

  /** Of the orchestrator; the encoder's is the next. */
  int port() {
    return port;
  }

  int exitCode() throws InterruptedException {
    return program.waitFor();
  }

  List<ProcessHandle> services() {
    return program.children().toList();
  }

  ProcessHandle service(String module) {
    return program
        .children()
        .filter(child -> child.info().commandLine().orElse("").contains(module))
        .findFirst()
        .orElseThrow();
  }

  /** What a terminal does on Ctrl-C: SIGINT to the whole group. */
  void ctrlC() throws Exception {
    signal("-INT", "-" + program.pid());
  }

  void terminate() throws Exception {
    signal("-TERM", Long.toString(program.pid()));
  }

  @Override
  public void close() {
    List<ProcessHandle> left = program.descendants().toList();
    program.destroyForcibly().onExit().join();
    left.forEach(ProcessHandle::destroyForcibly);
  }

  private void signal(String signal, String target) throws Exception {
    assertThat(new ProcessBuilder("kill", signal, "--", target).inheritIO().start().waitFor())
        .isZero();
    assertThat(program.waitFor(1, TimeUnit.MINUTES)).isTrue();
  }

  /** The first of three free ports in a row. */
  private static int freePort() throws IOException {
    while (true) {
      try (ServerSocket first = new ServerSocket(0)) {
        int port = first.getLocalPort();
        try (ServerSocket second = new ServerSocket(port + 1);
            ServerSocket third = new ServerSocket(port + 2)) {
          assertThat(third.getLocalPort()).isEqualTo(second.getLocalPort() + 1);
          return port;
        } catch (IOException | IllegalArgumentException e) {
          // Taken or too high: the next try gets another.
        }
      }
    }
  }
}
