package io.mnestic.encoder.model;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models' TorchScript archives, one for each kernel, made from their weights when first wanted.
 * A file's name ends in the hash of its content, so a damaged file is recognised and made again; it
 * appears under that name whole or not at all, so several processes can share the folder.
 */
final class ArchiveCache {
  private static final Logger LOG = LoggerFactory.getLogger(ArchiveCache.class);
  private static final String SUFFIX = ".pt";
  static final String UNFINISHED = ".tmp";
  private static final int HASH_BYTES = 16;
  private static final Duration ABANDONED = Duration.ofHours(1);
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path folder;

  ArchiveCache(Path folder) {
    this.folder = folder;
  }

  /** The model's archive for a kernel, sound and complete. */
  Path archive(ModelSpec spec, WeightSource source, Kernel kernel) throws IOException {
    try {
      Files.createDirectories(folder);
      dropAbandoned();
      String stem = stem(spec, kernel);
      for (Path found : list(stem + "*" + SUFFIX)) {
        if (name(stem, digestOf(found)).equals(found.getFileName().toString())) {
          return found;
        }
        LOG.warn("{} is damaged and will be made again", found);
        Files.deleteIfExists(found);
      }
      return convert(spec, source, kernel);
    } catch (AccessDeniedException e) {
      throw new IOException(
          "the cache folder " + folder + " can not be used: set mnestic.encoder.cache-dir", e);
    }
  }

  private Path convert(ModelSpec spec, WeightSource source, Kernel kernel) throws IOException {
    Path archive = Files.createTempFile(folder, "archive", UNFINISHED);
    try {
      MessageDigest digest = sha256();
      try (OutputStream out =
          new DigestOutputStream(
              new BufferedOutputStream(Files.newOutputStream(archive), BUFFER_BYTES), digest)) {
        source.read(
            folder,
            weights -> {
              BertGraph graph = new BertGraph(weights, spec.architecture(), spec.pooling(), kernel);
              TorchScriptArchive.write(out, graph.code(), graph.parameters());
            });
      }
      try (FileChannel channel = FileChannel.open(archive, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      return Files.move(
          archive,
          folder.resolve(name(stem(spec, kernel), digest)),
          StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  /** Left by a process that was killed while it converted. */
  private void dropAbandoned() throws IOException {
    for (Path file : list("*" + UNFINISHED)) {
      if (Files.getLastModifiedTime(file).toInstant().isBefore(Instant.now().minus(ABANDONED))) {
        Files.deleteIfExists(file);
      }
    }
  }

  private List<Path> list(String glob) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, glob)) {
      List<Path> found = new ArrayList<>();
      files.forEach(found::add);
      return found;
    }
  }

  private static String stem(ModelSpec spec, Kernel kernel) {
    return "%s-%s-%d-%s-"
        .formatted(
            spec.name(),
            spec.revision(),
            BertGraph.VERSION,
            kernel.name().toLowerCase(Locale.ROOT).replace('_', '.'));
  }

  private static String name(String stem, MessageDigest content) {
    return stem + HexFormat.of().formatHex(content.digest(), 0, HASH_BYTES) + SUFFIX;
  }

  private static MessageDigest digestOf(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return digest;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
