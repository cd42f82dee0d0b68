package io.mnestic.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mnestic.encoder.tokens.TextTokenizer;
import io.mnestic.encoder.tokens.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a model of a folder reads of a text, and how near its vectors must come. */
final class Expected {
  private Expected() {}

  static TextTokenizer tokenizer(Path folder) throws IOException {
    return TextTokenizer.read(Files.newInputStream(folder.resolve("tokenizer.json")));
  }

  static int[] tokens(TextTokenizer tokenizer, String text) {
    Tokens tokens = tokenizer.tokenize(text);
    return tokens.ids(0, tokens.count());
  }

  /** With the special tokens around them. */
  static int[] framed(TextTokenizer tokenizer, int[] prompt, int[] text) {
    return Stream.of(
            IntStream.of(tokenizer.first()),
            IntStream.of(prompt),
            IntStream.of(text),
            IntStream.of(tokenizer.last()))
        .flatMapToInt(ids -> ids)
        .toArray();
  }

  static void near(List<Float> actual, double[] expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual.get(i)).isCloseTo(expected[i], within(1e-5));
    }
  }

  static double[] unit(double[] vector) {
    double norm = Math.sqrt(Arrays.stream(vector).map(value -> value * value).sum());
    return Arrays.stream(vector).map(value -> value / norm).toArray();
  }

  static double[] mean(double[][] vectors) {
    return IntStream.range(0, vectors[0].length)
        .mapToDouble(
            i -> Arrays.stream(vectors).mapToDouble(vector -> vector[i]).average().orElseThrow())
        .toArray();
  }
}
