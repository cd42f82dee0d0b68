package io.mnestic.bench.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The caches of this very build: what is made here serves the next start too. */
class TrainingIT {
  private final Path home = Home.find();
  private final Path folder = StartCache.folder(home);

  @TempDir private Path data;

  @Test
  void makesCachesThatTheServicesStartFrom() throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("orchestrator-service-of-an-old-build.aot"), "old");
    Files.deleteIfExists(ServiceProcess.cache(Service.ORCHESTRATOR, home).file());

    assertThat(Training.run()).isTrue();

    List<Path> caches =
        Stream.of(Service.values())
            .map(service -> ServiceProcess.cache(service, home).file())
            .toList();
    assertThat(filesBesideTheLock()).containsExactlyInAnyOrderElementsOf(caches);
    try (Services services = Services.start(data)) {
      assertThat(ProcessHandle.current().children())
          .extracting(child -> child.info().arguments().map(List::of).orElse(List.of()))
          .filteredOn(arguments -> arguments.contains("-jar"))
          .hasSize(caches.size())
          .allSatisfy(arguments ->
              assertThat(arguments).anyMatch(argument -> argument.startsWith("-XX:AOTCache=")));
      for (Service service : Service.values()) {
        assertThat(services.clients().isHealthy(service)).isTrue();
        // Had the JVM not taken its cache, it would have said so and gone on without.
        assertThat(data.resolve(service.module() + ".log")).content().doesNotContain("[aot]");
      }
    }
  }

  @Test
  void leavesTheWorkToATrainingThatIsUnderWay() throws IOException {
    Optional<FolderLock> other = FolderLock.take(folder);
    assertThat(other).isPresent();
    try {
      assertThat(Training.run()).isFalse();
    } finally {
      other.ifPresent(FolderLock::close);
    }
  }

  @Test
  void aDamagedCacheIsNotTaken() throws IOException {
    Path damaged = Files.writeString(data.resolve("damaged.aot"), "not a cache");
    assertThatThrownBy(() -> ServiceProcess.requireUsable(Service.STORE, home, damaged))
        .isInstanceOf(ServiceFailure.class)
        .hasMessageContaining("no start cache for memory-store-service");
  }

  private List<Path> filesBesideTheLock() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> !file.endsWith(FolderLock.FILE)).toList();
    }
  }
}
