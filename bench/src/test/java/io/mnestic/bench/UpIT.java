package io.mnestic.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code up}: what it does when a service dies, when it is told to stop, and when it is not alone.
 */
class UpIT {
  private static final int SERVICES = 3;

  @TempDir private Path folder;

  @Test
  void startsAServiceAgainThatDiedKeepsItsFolderToItselfAndEndsOnCtrlC() throws Exception {
    Path data = folder.resolve("data");
    try (UpProgram up = new UpProgram(folder.resolve("up.txt"), data)) {
      up.awaitHealthy();
      ProcessHandle store = up.service("memory-store-service");

      store.destroyForcibly();
      up.await("memory-store-service is up again");

      assertThat(up.said()).contains("memory-store-service ended by itself");
      assertThat(store.isAlive()).isFalse();
      assertThat(up.service("memory-store-service").isAlive()).isTrue();
      List<ProcessHandle> services = up.services();
      assertThat(services).hasSize(SERVICES);

      try (UpProgram second = new UpProgram(folder.resolve("second.txt"), data)) {
        assertThat(second.exitCode()).isEqualTo(2);
        assertThat(second.said())
            .contains("the data folder " + data + " is in use", "another --data")
            .doesNotContain("Exception");
      }
      assertThat(services).allMatch(ProcessHandle::isAlive);

      up.ctrlC();
      assertThat(services).noneMatch(ProcessHandle::isAlive);
    }
  }

  @Test
  void endsOnSigtermAndLeavesNoServiceBehind() throws Exception {
    try (UpProgram up = new UpProgram(folder.resolve("up.txt"), folder.resolve("data"))) {
      up.awaitHealthy();
      List<ProcessHandle> services = up.services();
      assertThat(services).hasSize(SERVICES);

      up.terminate();
      assertThat(services).noneMatch(ProcessHandle::isAlive);
    }
  }
}
