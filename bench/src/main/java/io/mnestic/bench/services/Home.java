package io.mnestic.bench.services;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The project's folder, where the services' jars are. */
final class Home {
  private static final String PROPERTY = "mnestic.home";

  private Home() {}

  /** What {@code -Dmnestic.home} says, otherwise the project that this class was built in. */
  static Path find() {
    String given = System.getProperty(PROPERTY, "");
    return given.isEmpty() ? aboveThisClass() : Path.of(given).toAbsolutePath();
  }

  private static Path aboveThisClass() {
    Path start;
    try {
      start = Path.of(Home.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("can not tell where this program lies", e);
    }
    for (@Nullable Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve(Service.ORCHESTRATOR.module()))
          && Files.isRegularFile(folder.resolve("pom.xml"))) {
        return folder;
      }
    }
    throw new IllegalStateException(
        "the project's folder is not above " + start + ": give it with -D" + PROPERTY + "=FOLDER");
  }
}
