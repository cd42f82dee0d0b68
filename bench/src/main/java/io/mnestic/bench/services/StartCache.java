package io.mnestic.bench.services;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a service's AOT cache (JEP 483, 514, 515) lies: its classes read and linked and its methods
 * profiled in an earlier run. The JVM notices some changes of the class path and not others, so the
 * name holds all that the cache depends on: the JVM, the flags, and each jar's name, size and time.
 * An old cache is then never found by a new build.
 */
record StartCache(Path file) {
  private static final int KEY_DIGITS = 16;

  /**
   * The cache of {@code jar} and of the jars in {@code lib} beside it, there or not.
   *
   * @param flags the JVM's flags
   */
  static StartCache of(Service service, Path home, Path jar, List<String> flags) {
    StringBuilder parts = new StringBuilder(Runtime.version().toString());
    parts.append('\n').append(System.getProperty("java.vm.vendor")).append('\n').append(flags);
    Path lib = jar.resolveSibling("lib");
    try (Stream<Path> jars = Files.isDirectory(lib) ? Files.list(lib) : Stream.empty()) {
      for (Path part : Stream.concat(Stream.of(jar), jars.sorted()).toList()) {
        parts
            .append('\n')
            .append(part)
            .append(' ')
            .append(Files.size(part))
            .append(' ')
            .append(Files.getLastModifiedTime(part).toMillis());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can not read the jars of " + service.module(), e);
    }
    return new StartCache(
        folder(home).resolve(service.module() + "-" + digest(parts.toString()) + ".aot"));
  }

  /** The folder of all caches, beside what the launcher notes of its builds. */
  static Path folder(Path home) {
    return home.resolve("target").resolve("start");
  }

  boolean isThere() {
    return Files.isRegularFile(file);
  }

  /** What a start needs to use it: nothing while it is not there. */
  List<String> flags() {
    return isThere() ? List.of("-XX:AOTCache=" + file) : List.of();
  }

  private static String digest(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, KEY_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
