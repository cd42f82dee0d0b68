package io.mnestic.encoder.model;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.MappedByteBuffer;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models' TorchScript archives, converted from their ONNX weights when first wanted. A file's
 * name ends in the hash of its content, so a damaged file is recognised and made again; it appears
 * under that name whole or not at all, so several processes can share the folder.
 */
final class ArchiveCache {
  private static final Logger LOG = LoggerFactory.getLogger(ArchiveCache.class);
  private static final String SUFFIX = ".pt";
  private static final String UNFINISHED = ".tmp";
  private static final Duration ABANDONED = Duration.ofHours(1);
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path folder;

  ArchiveCache(Path folder) {
    this.folder = folder;
  }

  /** The model's archive, sound and complete. */
  Path archive(ModelSpec spec) throws IOException {
    try {
      Files.createDirectories(folder);
      dropAbandoned();
      for (Path found : list(stem(spec) + "*" + SUFFIX)) {
        if (name(spec, digestOf(found)).equals(found.getFileName().toString())) {
          return found;
        }
        LOG.warn("{} is damaged and will be made again", found);
        Files.deleteIfExists(found);
      }
      return convert(spec);
    } catch (AccessDeniedException e) {
      throw new IOException(
          "the cache folder " + folder + " can not be used: set mnestic.encoder.cache-dir", e);
    }
  }

  private Path convert(ModelSpec spec) throws IOException {
    Path onnx = Files.createTempFile(folder, spec.name(), UNFINISHED);
    Path archive = Files.createTempFile(folder, spec.name(), UNFINISHED);
    try {
      unpack(spec, onnx);
      MessageDigest digest = sha256();
      try (FileChannel channel = FileChannel.open(onnx);
          OutputStream out =
              new DigestOutputStream(
                  new BufferedOutputStream(Files.newOutputStream(archive), BUFFER_BYTES), digest)) {
        // Mapped, since on the heap the weights alone would be a quarter of it.
        MappedByteBuffer file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        BertGraph graph = new BertGraph(OnnxWeights.read(file), spec);
        TorchScriptArchive.write(out, graph.code(), graph.parameters());
      }
      try (FileChannel channel = FileChannel.open(archive, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      return Files.move(
          archive, folder.resolve(name(spec, digest)), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(onnx);
      Files.deleteIfExists(archive);
    }
  }

  private static void unpack(ModelSpec spec, Path target) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream weights = new DigestInputStream(spec.openWeights(), digest)) {
      Files.copy(weights, target, StandardCopyOption.REPLACE_EXISTING);
    }
    String actual = HexFormat.of().formatHex(digest.digest());
    if (!actual.equals(spec.weightsSha256())) {
      throw new IOException(
          "the weights of %s on the class path have SHA-256 %s, not %s: another version of their jar"
              .formatted(spec.name(), actual, spec.weightsSha256()));
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

  private static String stem(ModelSpec spec) {
    return spec.name() + "-" + spec.revision() + "-" + BertGraph.VERSION + "-";
  }

  private static String name(ModelSpec spec, MessageDigest content) {
    return stem(spec) + HexFormat.of().formatHex(content.digest(), 0, 16) + SUFFIX;
  }

  private static MessageDigest digestOf(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return digest;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
