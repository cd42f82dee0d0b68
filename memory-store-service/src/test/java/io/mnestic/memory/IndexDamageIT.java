package io.mnestic.memory;

import static io.mnestic.memory.Memories.fact;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import io.mnestic.memory.v1.Ranking;
import io.mnestic.memory.v1.SearchMemoriesRequest;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever becomes of an index, searches answer from the log again. */
final class IndexDamageIT {
  private static final String NAMESPACE = "n";

  @TempDir Path data;

  @Test
  void aDamagedListOfSegmentsIsBuiltAgain() throws IOException {
    stopWith("a", "b");
    damage("segments_");
    assertFound("a", "b");
  }

  @Test
  void aDamagedSegmentIsBuiltAgain() throws IOException {
    stopWith("a", "b");
    damage("_");
    assertFound("a", "b");
  }

  @Test
  void aDeletedFolderIsBuiltAgain() throws IOException {
    stopWith("a", "b");
    delete(indexFolder());
    assertFound("a", "b");
  }

  @Test
  void anIndexAheadOfItsLogIsBuiltAgain() throws IOException {
    stopWith("a");
    Path log = data.resolve("log");
    Path copy = data.resolve("copy");
    copy(log, copy);
    try (TestStore store = TestStore.start(data)) {
      assertThat(search(store, write(store, "lost"))).containsExactly("a", "lost");
    }
    delete(log);
    copy(copy, log);
    assertFound("a");
  }

  @Test
  void anIndexThatBreaksIsOpenedAgain() throws IOException {
    Map<String, Object> slow = Map.of("mnestic.store.indexing.commit-interval", "1h");
    try (TestStore store = TestStore.start(data, slow)) {
      store.createNamespace(NAMESPACE);
      long first = write(store, "a");
      assertThat(search(store, first)).containsExactly("a");
      delete(indexFolder());
      long revision = write(store, "b");
      assertThat(searchTwice(store, revision)).containsExactly("a", "b");
      long next = write(store, "c");
      assertThat(search(store, next)).containsExactly("a", "b", "c");
    }
    assertFound("a", "b", "c");
  }

  private void stopWith(String... ids) {
    try (TestStore store = TestStore.start(data)) {
      store.createNamespace(NAMESPACE);
      long revision = 0;
      for (String id : ids) {
        revision = write(store, id);
      }
      assertThat(search(store, revision)).containsExactly(ids);
    }
  }

  private void assertFound(String... ids) {
    try (TestStore store = TestStore.start(data)) {
      assertThat(search(store)).containsExactly(ids);
    }
  }

  private static long write(TestStore store, String id) {
    return store
        .client
        .writeMemories(
            WriteMemoriesRequest.newBuilder()
                .setNamespace(NAMESPACE)
                .addMemories(fact(id, "zebra", 1, 0, 0, 0))
                .build())
        .getRevision();
  }

  private static List<String> search(TestStore store) {
    return search(store, 0);
  }

  private static List<String> search(TestStore store, long minRevision) {
    return store
        .client
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .searchMemories(
            SearchMemoriesRequest.newBuilder()
                .setNamespace(NAMESPACE)
                .setText("zebra")
                .setRanking(Ranking.RANKING_LEXICAL)
                .setMinRevision(minRevision)
                .setLimit(10)
                .build())
        .getHitsList()
        .stream()
        .map(hit -> hit.getMemory().getId())
        .sorted()
        .toList();
  }

  /** The search that meets the break may be refused; the next one must not. */
  private static List<String> searchTwice(TestStore store, long minRevision) {
    try {
      return search(store, minRevision);
    } catch (StatusRuntimeException e) {
      return search(store, minRevision);
    }
  }

  private Path indexFolder() throws IOException {
    try (Stream<Path> folders = Files.list(data.resolve("index"))) {
      return folders.findFirst().orElseThrow();
    }
  }

  /** Empties the files whose names start so. */
  private void damage(String prefix) throws IOException {
    try (Stream<Path> files = Files.list(indexFolder())) {
      List<Path> damaged =
          files.filter(file -> String.valueOf(file.getFileName()).startsWith(prefix)).toList();
      assertThat(damaged).isNotEmpty();
      for (Path file : damaged) {
        Files.write(file, new byte[0]);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      files.forEach(file -> {
        try {
          Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    }
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path visited, @org.jspecify.annotations.Nullable IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
