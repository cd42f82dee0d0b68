package io.mnestic.bench.writes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** What the disk gives one thread: appends, each forced to the disk before the next. */
final class FsyncCeiling {
  /** About what a memory with a vector of 384 numbers takes in a log. */
  private static final int RECORD_BYTES = 2_048;

  private FsyncCeiling() {}

  /** Appends a second, measured for {@code time} in a file of {@code folder} that is deleted. */
  static double perSecond(Path folder, Duration time) {
    try {
      Files.createDirectories(folder);
      Path file = Files.createTempFile(folder, "fsync", ".bin");
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
        ByteBuffer block = ByteBuffer.allocateDirect(RECORD_BYTES);
        long begin = System.nanoTime();
        long appends = 0;
        while (System.nanoTime() - begin < time.toNanos()) {
          channel.write(block.clear());
          channel.force(false);
          appends++;
        }
        return appends * 1e9 / (System.nanoTime() - begin);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can not measure the disk under " + folder, e);
    }
  }
}
