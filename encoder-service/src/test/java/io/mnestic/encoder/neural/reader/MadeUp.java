package io.mnestic.encoder.neural.reader;

import com.google.common.primitives.Booleans;
import com.google.common.primitives.Floats;
import com.google.common.primitives.Ints;
import io.mnestic.encoder.v1.ReaderExample;
import io.mnestic.encoder.v1.ReaderSettings;
import io.mnestic.encoder.v1.TrainReaderRequest;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Seeded feedback with a rule in it: what helps is found by the second lane, while the base trusts
 * the first.
 */
final class MadeUp {
  static final List<String> LANES = List.of("DENSE", "LEXICAL", "SPEAKER");
  static final int DIMENSIONS = 4;

  private MadeUp() {}

  static Head base() {
    float[] weights = new float[LANES.size() * (1 + DIMENSIONS) + DIMENSIONS + 1];
    weights[0] = 1;
    weights[1] = 0.2f;
    weights[weights.length - 1] = -0.7f;
    return new Head(LANES, DIMENSIONS, weights);
  }

  static Head random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Head base = base();
    float[] weights = base.weights().clone();
    for (int i = 0; i < weights.length; i++) {
      weights[i] += (float) random.nextDouble(-0.5, 0.5);
    }
    return base.with(weights);
  }

  /** Recalls of 2 to 9 memories, of which the one with the best second lane helped. */
  static TrainReaderRequest.Builder request(int recalls, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int vectors = 20;
    TrainReaderRequest.Builder request =
        TrainReaderRequest.newBuilder()
            .setBase(base().toProto())
            .setSettings(ReaderSettings.newBuilder().setSteps(60).setBatchSize(8).setLambda(1))
            .addAllVectors(Floats.asList(numbers(random, vectors * DIMENSIONS, 0.5)));
    for (int r = 0; r < recalls; r++) {
      int memories = random.nextInt(2, 10);
      float[] lanes = numbers(random, memories * LANES.size(), 2);
      int best = 0;
      for (int m = 1; m < memories; m++) {
        best = lanes[m * LANES.size() + 1] > lanes[best * LANES.size() + 1] ? m : best;
      }
      boolean[] helped = new boolean[memories];
      helped[best] = true;
      request.addExamples(
          ReaderExample.newBuilder()
              .addAllQuery(Floats.asList(numbers(random, DIMENSIONS, 0.5)))
              .addAllLanes(Floats.asList(lanes))
              .addAllVectors(
                  Ints.asList(
                      IntStream.range(0, memories).map(m -> random.nextInt(vectors + 1)).toArray()))
              .addAllHelped(Booleans.asList(helped))
              .setAge(random.nextInt(3)));
    }
    return request;
  }

  static float[] numbers(SplittableRandom random, int count, double most) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextDouble(-most, most);
    }
    return numbers;
  }
}
