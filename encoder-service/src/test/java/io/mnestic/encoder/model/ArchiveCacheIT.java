package io.mnestic.encoder.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveCacheIT {
  private static final ModelSpec SPEC = BuiltInModels.ALL.get(1);
  private static final PackagedModel SOURCE = (PackagedModel) SPEC.source();

  @TempDir private Path folder;

  @Test
  void makesAnArchiveOnceAndAgainWhenItIsDamaged() throws Exception {
    Path archive = new ArchiveCache(folder).archive(SPEC, SOURCE, Kernel.ONEDNN);
    assertThat(archive.getFileName().toString())
        .startsWith("all-MiniLM-L6-v2-759c3cd2b7fe7e93-")
        .endsWith(".pt");
    FileTime made = Files.getLastModifiedTime(archive);
    assertThat(new ArchiveCache(folder).archive(SPEC, SOURCE, Kernel.ONEDNN)).isEqualTo(archive);
    assertThat(Files.getLastModifiedTime(archive)).isEqualTo(made);

    long sound = Files.size(archive);
    try (RandomAccessFile file = new RandomAccessFile(archive.toFile(), "rw")) {
      file.seek(sound / 2);
      int old = file.read();
      file.seek(sound / 2);
      file.write(old ^ 1);
    }
    assertThat(new ArchiveCache(folder).archive(SPEC, SOURCE, Kernel.ONEDNN)).isEqualTo(archive);
    assertThat(Files.mismatch(archive, intact(archive))).isEqualTo(-1);
    assertThat(names()).containsExactly(archive.getFileName().toString());
  }

  @Test
  void severalProcessesMayMakeTheSameArchive() throws Exception {
    Path abandoned = Files.createFile(folder.resolve("abandoned.tmp"));
    Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
    Path[] made =
        Stream.generate(() -> CompletableFuture.supplyAsync(this::archive))
            .limit(2)
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toArray(Path[]::new);
    assertThat(made[0]).isEqualTo(made[1]);
    assertThat(names()).containsExactly(made[0].getFileName().toString());
  }

  @Test
  void refusesOtherWeightsThanTheRevisionNames() throws Exception {
    PackagedModel other = new PackagedModel(SOURCE.onnx(), "0".repeat(64), SOURCE.tokenizer());
    assertThatThrownBy(() -> new ArchiveCache(folder).archive(SPEC, other, Kernel.ONEDNN))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(SOURCE.sha256());
    assertThat(names()).isEmpty();
  }

  /** A second archive of the same weights, made elsewhere. */
  private Path intact(Path archive) throws IOException {
    Path elsewhere =
        new ArchiveCache(Files.createTempDirectory(folder.getParent(), "x"))
            .archive(SPEC, SOURCE, Kernel.ONEDNN);
    assertThat(elsewhere.getFileName()).isEqualTo(archive.getFileName());
    return elsewhere;
  }

  private Path archive() {
    try {
      return new ArchiveCache(folder).archive(SPEC, SOURCE, Kernel.ONEDNN);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    }
  }
}
