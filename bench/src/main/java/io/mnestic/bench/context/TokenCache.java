package io.mnestic.bench.context;

import com.google.protobuf.InvalidProtocolBufferException;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.TokenVectors;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Token vectors as the store packs them, kept in one file a model revision: for each turn the
 * SHA-256 hash of its texts, a length and a message with nothing but token vectors. They stay on
 * disk: of a hundred thousand turns they have half a gigabyte.
 */
final class TokenCache implements AutoCloseable {
  private static final int HASH_BYTES = 32;

  private final RandomAccessFile file;
  private final Map<String, Long> places = new HashMap<>();

  private TokenCache(RandomAccessFile file) {
    this.file = file;
  }

  /** Opens the cache of one model revision in {@code folder}, which is made if need be. */
  static TokenCache open(Path folder, String modelRevision) {
    try {
      Files.createDirectories(folder);
      Path path = folder.resolve(modelRevision.replaceAll("[^A-Za-z0-9._-]", "_") + ".tokens");
      TokenCache cache = new TokenCache(new RandomAccessFile(path.toFile(), "rw"));
      cache.load();
      return cache;
    } catch (IOException e) {
      throw new UncheckedIOException("can not open the token vectors in " + folder, e);
    }
  }

  boolean has(List<String> texts) {
    return places.containsKey(hash(texts));
  }

  /** Of a turn that is there. */
  List<TokenVectors> get(List<String> texts) {
    Long place = places.get(hash(texts));
    if (place == null) {
      throw new IllegalArgumentException("no token vectors are kept of: " + texts);
    }
    try {
      file.seek(place);
      byte[] bytes = new byte[file.readInt()];
      file.readFully(bytes);
      return Memory.parseFrom(bytes).getTokenVectorsList();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("damaged token vectors of: " + texts, e);
    } catch (IOException e) {
      throw new UncheckedIOException("can not read token vectors", e);
    }
  }

  void put(List<String> texts, List<TokenVectors> tokens) {
    String hash = hash(texts);
    byte[] bytes = Memory.newBuilder().addAllTokenVectors(tokens).build().toByteArray();
    try {
      file.seek(file.length());
      file.write(HexFormat.of().parseHex(hash));
      places.put(hash, file.getFilePointer());
      file.writeInt(bytes.length);
      file.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("can not keep token vectors", e);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException("can not close the token vectors", e);
    }
  }

  /** Finds the records; a run that was killed may have left half of one at the end. */
  private void load() throws IOException {
    byte[] hash = new byte[HASH_BYTES];
    long end = 0;
    try {
      while (end < file.length()) {
        file.seek(end);
        file.readFully(hash);
        long place = file.getFilePointer();
        int length = file.readInt();
        if (length < 0 || place + Integer.BYTES + length > file.length()) {
          break;
        }
        places.put(HexFormat.of().formatHex(hash), place);
        end = place + Integer.BYTES + length;
      }
    } catch (EOFException e) {
      // Half a record.
    }
    file.setLength(end);
  }

  private static String hash(List<String> texts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String text : texts) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
