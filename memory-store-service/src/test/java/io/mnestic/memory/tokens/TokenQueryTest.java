package io.mnestic.memory.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Late interaction against plain sums of doubles. */
final class TokenQueryTest {
  private final Random random = new Random(7);

  @Test
  void aScoreIsTheWeightedMeanOfTheNearestTokensCosines() {
    for (int dimensions : new int[] {1, 3, 8, 24, 100, 384, 512}) {
      for (int tokens : new int[] {1, 2, 37}) {
        float[][] query = vectors(1 + random.nextInt(20), dimensions);
        float[][] text = vectors(tokens, dimensions);
        List<Long> frequencies = new ArrayList<>();
        for (int i = 0; i < query.length; i++) {
          frequencies.add((long) random.nextInt(60));
        }
        ByteString packed = PackedTokens.pack(copy(text)).bytes();
        double score = new TokenQuery(copy(query), frequencies, 50).score(packed);
        assertThat(score)
            .as("%d dimensions, %d tokens", dimensions, tokens)
            .isCloseTo(rounded(query, packed, frequencies, 50), within(1e-4));
        if (dimensions >= 100) {
          // What the query is rounded to is near what it is.
          assertThat(score)
              .isCloseTo(plain(query, unpacked(packed, dimensions), frequencies, 50), within(0.03));
        }
      }
    }
  }

  @Test
  void packingKeepsTheOrderOfWhatIsNearAndFar() {
    float[][] query = vectors(10, 384);
    List<Long> once = Collections.nCopies(10, 1L);
    float[][] near = vectors(30, 384);
    for (int i = 0; i < 10; i++) {
      for (int j = 0; j < 384; j++) {
        near[i][j] = query[i][j] + 0.6f * near[i][j];
      }
      unit(near[i]);
    }
    float[][] far = vectors(30, 384);
    TokenQuery asked = new TokenQuery(copy(query), once, 100);
    double nearScore = asked.score(PackedTokens.pack(copy(near)).bytes());
    double farScore = asked.score(PackedTokens.pack(copy(far)).bytes());
    assertThat(nearScore).isCloseTo(plain(query, turned(near), once, 100), within(0.1));
    assertThat(farScore).isCloseTo(plain(query, turned(far), once, 100), within(0.1));
    assertThat(nearScore).isGreaterThan(farScore + 0.3);
  }

  @Test
  void aRareTokenWeighsMoreThanACommonOne() {
    float[][] query = vectors(2, 64);
    TokenQuery asked = new TokenQuery(copy(query), List.of(1L, 90L), 100);
    double rare = asked.score(PackedTokens.pack(copy(new float[][] {query[0]})).bytes());
    double common = asked.score(PackedTokens.pack(copy(new float[][] {query[1]})).bytes());
    assertThat(rare).isGreaterThan(common + 0.3);
  }

  @Test
  void ofALongQueryTheRarestTokensCount() {
    float[][] query = vectors(100, 32);
    List<Long> frequencies = new ArrayList<>(Collections.nCopies(100, 50L));
    frequencies.set(99, 1L);
    float[][] text = {query[99]};
    double score =
        new TokenQuery(copy(query), frequencies, 100).score(PackedTokens.pack(copy(text)).bytes());
    float[][] kept = Arrays.copyOf(query, 64);
    kept[63] = query[99];
    List<Long> keptFrequencies = new ArrayList<>(Collections.nCopies(64, 50L));
    keptFrequencies.set(63, 1L);
    double alone =
        new TokenQuery(copy(kept), keptFrequencies, 100)
            .score(PackedTokens.pack(copy(text)).bytes());
    assertThat(score).isCloseTo(alone, within(1e-6));
  }

  @Test
  void aTokenTakesABitANumberAndFourBytes() {
    assertThat(PackedTokens.pack(vectors(30, 384)).bytes().size())
        .isEqualTo(1 + 4 + 384 + 30 * (4 + 48));
  }

  @Test
  void damagedVectorsAreToldFromWholeOnes() {
    TokenQuery asked = new TokenQuery(vectors(3, 16), List.of(1L, 1L, 1L), 10);
    ByteString whole = PackedTokens.pack(vectors(4, 16)).bytes();
    assertThat(asked.score(whole)).isFinite();
    for (ByteString damaged :
        List.of(
            ByteString.EMPTY,
            whole.substring(0, whole.size() - 1),
            whole.substring(0, 21),
            ByteString.copyFrom(new byte[] {9}).concat(whole.substring(1)))) {
      assertThatThrownBy(() -> asked.score(damaged))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("damaged token vectors");
    }
  }

  @Test
  void turningKeepsLengthsAndAnglesAndIsTheSameForEver() {
    for (int dimensions : new int[] {1, 2, 3, 7, 64, 384, 1_000}) {
      float[][] two = vectors(2, dimensions);
      double before = dot(two[0], two[1]);
      Rotation rotation = new Rotation(dimensions);
      rotation.apply(two[0]);
      rotation.apply(two[1]);
      assertThat(dot(two[0], two[1])).isCloseTo(before, within(1e-5));
      assertThat(dot(two[0], two[0])).isCloseTo(1, within(1e-5));
    }
    float[] first = new float[8];
    first[0] = 1;
    new Rotation(8).apply(first);
    assertThat(first).containsExactly(EXPECTED, within(1e-6f));
  }

  /** What is on disk was turned so. */
  private static final float[] EXPECTED = {
    0.3535534f,
    0.3535534f,
    -0.3535534f,
    -0.3535534f,
    -0.3535534f,
    0.3535534f,
    0.3535534f,
    0.3535534f
  };

  private float[][] vectors(int count, int dimensions) {
    float[][] vectors = new float[count][dimensions];
    for (float[] vector : vectors) {
      for (int i = 0; i < dimensions; i++) {
        vector[i] = (float) random.nextGaussian() + 0.5f;
      }
      unit(vector);
    }
    return vectors;
  }

  private static void unit(float[] vector) {
    float norm = (float) Math.sqrt(dot(vector, vector));
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= norm;
    }
  }

  private static float[][] copy(float[][] vectors) {
    return Arrays.stream(vectors).map(float[]::clone).toArray(float[][]::new);
  }

  private static double[][] turned(float[][] vectors) {
    Rotation rotation = new Rotation(vectors[0].length);
    float[][] copies = copy(vectors);
    double[][] turned = new double[copies.length][copies[0].length];
    for (int i = 0; i < copies.length; i++) {
      rotation.apply(copies[i]);
      for (int j = 0; j < copies[i].length; j++) {
        turned[i][j] = copies[i][j];
      }
    }
    return turned;
  }

  /** The turned vectors that packed bytes stand for, read as the format is described. */
  private static double[][] unpacked(ByteString packed, int dimensions) {
    ByteBuffer bytes = packed.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.get()).isEqualTo((byte) 1);
    double meanStep = bytes.getFloat();
    double[] mean = new double[dimensions];
    for (int i = 0; i < dimensions; i++) {
      mean[i] = bytes.get() * meanStep;
    }
    List<double[]> vectors = new ArrayList<>();
    while (bytes.hasRemaining()) {
      double step = bytes.getFloat();
      byte[] signs = new byte[(dimensions + 7) / 8];
      bytes.get(signs);
      double[] vector = mean.clone();
      for (int i = 0; i < dimensions; i++) {
        vector[i] += (signs[i / 8] >> i % 8 & 1) == 1 ? step : -step;
      }
      vectors.add(vector);
    }
    return vectors.toArray(double[][]::new);
  }

  /** The score as it is described: the query in 16 levels for signs, in 4,095 steps for means. */
  private static double rounded(
      float[][] query, ByteString packed, List<Long> frequencies, long texts) {
    double[][] asked = turned(query);
    int dimensions = asked[0].length;
    double[][] whole = unpacked(packed, dimensions);
    ByteBuffer bytes = packed.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    double meanStep = bytes.getFloat(1);
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < asked.length; i++) {
      double lowest = Arrays.stream(asked[i]).min().orElseThrow();
      double highest = Arrays.stream(asked[i]).max().orElseThrow();
      double level = (highest - lowest) / 15;
      double step = Math.max(highest, -lowest) / 4_095;
      double ofMean = 0;
      double best = Double.NEGATIVE_INFINITY;
      for (double[] token : whole) {
        double dot = 0;
        ofMean = 0;
        for (int j = 0; j < dimensions; j++) {
          double mean = bytes.get(5 + j) * meanStep;
          double levelled =
              level == 0 ? lowest : lowest + level * Math.round((asked[i][j] - lowest) / level);
          dot += levelled * (token[j] - mean);
          ofMean += step * Math.round(asked[i][j] / step) * mean;
        }
        best = Math.max(best, dot);
      }
      double weight =
          Math.log(1 + Math.max(0, texts - frequencies.get(i) + 0.5) / (frequencies.get(i) + 0.5));
      sum += weight * (ofMean + best);
      weights += weight;
    }
    return sum / weights;
  }

  private static double plain(
      float[][] query, double[][] text, List<Long> frequencies, long texts) {
    double[][] asked = turned(query);
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < asked.length; i++) {
      double weight =
          Math.log(1 + Math.max(0, texts - frequencies.get(i) + 0.5) / (frequencies.get(i) + 0.5));
      double best = Double.NEGATIVE_INFINITY;
      for (double[] token : text) {
        double dot = 0;
        for (int j = 0; j < token.length; j++) {
          dot += asked[i][j] * token[j];
        }
        best = Math.max(best, dot);
      }
      sum += weight * best;
      weights += weight;
    }
    return sum / weights;
  }

  private static double dot(float[] a, float[] b) {
    double dot = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
    }
    return dot;
  }
}
