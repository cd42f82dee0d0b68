package io.mnestic.bench.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartCacheTest {
  private static final List<String> FLAGS = List.of("-Xmx512m");

  @TempDir private Path home;
  private Path jar;
  private Path library;
  private StartCache cache;

  @BeforeEach
  void build() throws IOException {
    Path lib = Files.createDirectories(home.resolve("memory-store-service/target/lib"));
    jar = Files.writeString(lib.resolveSibling("memory-store-service-1.jar"), "the service");
    library = Files.writeString(lib.resolve("library-1.jar"), "a library");
    cache = cache();
    Files.createDirectories(cache.file().getParent());
    Files.writeString(cache.file(), "a cache");
  }

  @Test
  void isUsedByTheBuildItWasMadeFor() {
    assertThat(cache()).isEqualTo(cache);
    assertThat(cache().flags()).containsExactly("-XX:AOTCache=" + cache.file());
  }

  @Test
  void isNotUsedWhenAJarHasAnotherTime() throws IOException {
    Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000));
    assertThat(cache().flags()).isEmpty();
  }

  @Test
  void isNotUsedWhenALibraryOfTheSameTimeHasAnotherSize() throws IOException {
    FileTime time = Files.getLastModifiedTime(library);
    Files.writeString(library, "another library");
    Files.setLastModifiedTime(library, time);
    assertThat(cache().flags()).isEmpty();
  }

  @Test
  void isNotUsedWhenALibraryIsNewOrGone() throws IOException {
    Path added = Files.writeString(library.resolveSibling("added-1.jar"), "more");
    assertThat(cache().flags()).isEmpty();
    Files.delete(added);
    assertThat(cache().flags()).isNotEmpty();
    Files.delete(library);
    assertThat(cache().flags()).isEmpty();
  }

  @Test
  void isNotUsedWithOtherFlags() {
    assertThat(StartCache.of(Service.STORE, home, jar, List.of("-Xmx1g")).flags()).isEmpty();
  }

  private StartCache cache() {
    return StartCache.of(Service.STORE, home, jar, FLAGS);
  }
}
