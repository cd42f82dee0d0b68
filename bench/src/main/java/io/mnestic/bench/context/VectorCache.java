package io.mnestic.bench.context;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Vectors of texts, kept in one file a model revision: for each text its SHA-256 hash and its
 * numbers, appended as they are made, so that a run that is broken off loses little.
 */
final class VectorCache {
  private static final int HASH_BYTES = 32;

  private final Path file;
  private final int dimensions;
  private final Map<String, List<Float>> vectors = new HashMap<>();

  private VectorCache(Path file, int dimensions) {
    this.file = file;
    this.dimensions = dimensions;
  }

  /** Opens the cache of one model revision in {@code folder}, which is made if need be. */
  static VectorCache open(Path folder, String modelRevision, int dimensions) {
    String name = modelRevision.replaceAll("[^A-Za-z0-9._-]", "_") + ".vectors";
    VectorCache cache = new VectorCache(folder.resolve(name), dimensions);
    cache.load();
    return cache;
  }

  boolean has(String text) {
    return vectors.containsKey(hash(text));
  }

  /** The vector of a text that is there. */
  List<Float> get(String text) {
    List<Float> vector = vectors.get(hash(text));
    if (vector == null) {
      throw new IllegalArgumentException("no vector is kept of: " + text);
    }
    return vector;
  }

  /** Keeps vectors, one for each text. */
  void putAll(List<String> texts, List<List<Float>> values) {
    try (DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(
                Files.newOutputStream(
                    file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)))) {
      for (int i = 0; i < texts.size(); i++) {
        String hash = hash(texts.get(i));
        out.write(HexFormat.of().parseHex(hash));
        for (float value : values.get(i)) {
          out.writeFloat(value);
        }
        vectors.put(hash, List.copyOf(values.get(i)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can not keep vectors in " + file, e);
    }
  }

  private void load() {
    int recordBytes = HASH_BYTES + Float.BYTES * dimensions;
    try {
      Files.createDirectories(file.getParent());
      if (!Files.exists(file)) {
        return;
      }
      long records = Files.size(file) / recordBytes;
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
        for (long i = 0; i < records; i++) {
          String hash = HexFormat.of().formatHex(in.readNBytes(HASH_BYTES));
          List<Float> vector = new ArrayList<>(dimensions);
          for (int j = 0; j < dimensions; j++) {
            vector.add(in.readFloat());
          }
          vectors.put(hash, vector);
        }
      }
      dropTornEnd(records * recordBytes);
    } catch (IOException e) {
      throw new UncheckedIOException("can not read the vectors in " + file, e);
    }
  }

  /** A run that was killed may have left half a record, behind which nothing would line up. */
  private void dropTornEnd(long wholeBytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(wholeBytes);
    }
  }

  private static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
