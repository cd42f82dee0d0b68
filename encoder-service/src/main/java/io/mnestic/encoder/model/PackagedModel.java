package io.mnestic.encoder.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A model on the class path.
 *
 * @param onnx resource of its ONNX file
 * @param sha256 of that file, hex
 * @param tokenizer resource of its Hugging Face {@code tokenizer.json}
 */
record PackagedModel(String onnx, String sha256, String tokenizer) implements WeightSource {
  private static final int REVISION_DIGITS = 16;

  String revision() {
    return sha256.substring(0, REVISION_DIGITS);
  }

  @Override
  public InputStream openTokenizer() {
    return open(tokenizer);
  }

  InputStream openWeights() {
    return open(onnx);
  }

  @Override
  public void read(Path scratch, Reading reading) throws IOException {
    Path file = Files.createTempFile(scratch, "weights", ArchiveCache.UNFINISHED);
    try {
      unpack(file);
      try (FileChannel channel = FileChannel.open(file)) {
        // Mapped, since on the heap the weights alone would be a quarter of it.
        reading.of(OnnxWeights.read(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size())));
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private void unpack(Path target) throws IOException {
    MessageDigest digest = ArchiveCache.sha256();
    try (InputStream weights = new DigestInputStream(openWeights(), digest)) {
      Files.copy(weights, target, StandardCopyOption.REPLACE_EXISTING);
    }
    String actual = HexFormat.of().formatHex(digest.digest());
    if (!actual.equals(sha256)) {
      throw new IOException(
          "%s on the class path has SHA-256 %s, not %s: another version of its jar"
              .formatted(onnx, actual, sha256));
    }
  }

  private static InputStream open(String resource) {
    @Nullable InputStream stream =
        PackagedModel.class.getClassLoader().getResourceAsStream(resource);
    if (stream == null) {
      throw new IllegalStateException(
          resource + " is not on the class path: the jar that has it is missing");
    }
    return stream;
  }
}
