package io.mnestic.encoder.folder;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over files, each with its name and length before it. */
final class Revision {
  private static final int DIGITS = 16;

  private final MessageDigest digest;

  Revision() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  void add(Path folder, Path file) {
    try (InputStream in = Files.newInputStream(file);
        OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      String head = folder.relativize(file) + "\n" + Files.size(file) + "\n";
      out.write(head.getBytes(StandardCharsets.UTF_8));
      in.transferTo(out);
    } catch (NoSuchFileException e) {
      throw new InvalidModel(file + " is missing", e);
    } catch (IOException e) {
      throw new InvalidModel(file + " can not be read: " + e.getMessage(), e);
    }
  }

  String digits() {
    return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
  }
}
