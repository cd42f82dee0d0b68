package io.mnestic.orchestrator.fakes;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Vectors by hashing words: texts that share words are near each other. */
public final class WordVectors {
  public static final int DIMENSIONS = 64;

  static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");

  private WordVectors() {}

  public static List<String> words(String text) {
    return Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  static List<Float> of(String text) {
    double[] sum = new double[DIMENSIONS];
    sum[0] = 0.01;
    for (String word : words(text)) {
      int hash = word.hashCode() * 0x9E3779B9;
      sum[Math.floorMod(hash, DIMENSIONS)] += hash < 0 ? -1 : 1;
    }
    double norm = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
    List<Float> vector = new ArrayList<>();
    for (double value : sum) {
      vector.add((float) (value / norm));
    }
    return vector;
  }

  /** As the encoder packs 32-bit numbers. */
  static ByteString packed(List<Float> vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    vector.forEach(bytes::putFloat);
    return ByteString.copyFrom(bytes.flip());
  }

  static double cosine(List<Float> a, List<Float> b) {
    double dot = 0;
    for (int i = 0; i < a.size(); i++) {
      dot += a.get(i) * b.get(i);
    }
    return dot;
  }
}
