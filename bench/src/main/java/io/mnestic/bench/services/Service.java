package io.mnestic.bench.services;

import java.nio.file.Path;

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

  /** The JVM flag for its heap. */
  String heap() {
    return "-Xmx" + heapMebibytes + "m";
  }

  Path jar(Path home) {
    return home.resolve(module).resolve("target").resolve(module + "-0.1.0-SNAPSHOT.jar");
  }
}
