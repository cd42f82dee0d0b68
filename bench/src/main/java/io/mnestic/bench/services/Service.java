package io.mnestic.bench.services;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One of the three, in the order they are started. */
public enum Service {
  /** Stores memories. */
  STORE("memory-store-service", 7432, 512),
  /** Turns text into vectors; most of its memory is PyTorch's, outside the heap. */
  ENCODER("encoder-service", 7431, 768),
  /** What applications talk to. */
  ORCHESTRATOR("orchestrator-service", 7430, 512);

  private final String module;
  private final int defaultPort;
  private final int heapMebibytes;

  Service(String module, int defaultPort, int heapMebibytes) {
    this.module = module;
    this.defaultPort = defaultPort;
    this.heapMebibytes = heapMebibytes;
  }

  /** Its name, which is its Maven module's. */
  public String module() {
    return module;
  }

  String defaultTarget() {
    return "127.0.0.1:" + defaultPort;
  }

  /** Its JVM's flags; Lucene's vector code needs a module that is not there by default. */
  List<String> flags() {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-Xmx" + heapMebibytes + "m"));
    switch (this) {
      case STORE -> flags.add("--add-modules=jdk.incubator.vector");
      // PyTorch's tensors of many sizes leave holes in glibc's arenas: a minute's go back.
      case ENCODER -> flags.add("-XX:TrimNativeHeapInterval=60000");
      case ORCHESTRATOR -> {}
    }
    return flags;
  }

  /** Its jar in the project's folder, whichever version was built. */
  Optional<Path> jar(Path home) {
    Path target = home.resolve(module).resolve("target");
    if (!Files.isDirectory(target)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(target)) {
      return files.filter(this::isJar).findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException("can not list " + target, e);
    }
  }

  private boolean isJar(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(module + "-") && name.endsWith(".jar");
  }
}
