package io.mnestic.encoder.neural.reader;

import com.google.common.primitives.Floats;
import io.mnestic.encoder.v1.ReaderExample;
import io.mnestic.encoder.v1.TrainReaderRequest;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a head learns from, and in which order.
 *
 * @param examples those that count
 * @param vectors [1 + count, dimensions], row by row; the first is zeros, for memories without one
 * @param forgotten how many the forget gate left out
 * @param oneSided how many tell nothing apart
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody changes or compares them.
record TrainingSet(List<Example> examples, float[] vectors, int forgotten, int oneSided) {

  /**
   * Sorts the examples of a request.
   *
   * @throws Refusal INVALID_FIELD for wrong shapes, FEEDBACK_EMPTY, FEEDBACK_ONE_SIDED
   */
  static TrainingSet of(TrainReaderRequest request, Head head, Settings settings) {
    List<ReaderExample> given = request.getExamplesList();
    float[] vectors = head.vectors(request.getVectorsList(), "vectors");
    int count = head.dimensions() == 0 ? 0 : vectors.length / head.dimensions();
    List<Example> examples = new ArrayList<>();
    int forgotten = 0;
    int oneSided = 0;
    for (int i = 0; i < given.size(); i++) {
      Example example = Example.of(given.get(i), head, count, settings, "examples[" + i + "]");
      if (settings.forgets(Integer.toUnsignedLong(given.get(i).getAge()))) {
        forgotten++;
      } else if (!example.hasBothSides()) {
        oneSided++;
      } else {
        examples.add(example);
      }
    }
    if (examples.isEmpty()) {
      throw oneSided == 0
          ? Refusal.of(
                  Reason.REASON_FEEDBACK_EMPTY,
                  forgotten == 0
                      ? "there is no feedback to learn from: record some first"
                      : "the forget gate left out all feedback: record some anew, or lower"
                          + " forget_below")
              .withField("examples")
          : Refusal.of(
                  Reason.REASON_FEEDBACK_ONE_SIDED,
                  "no recall has both a memory that helped and one that did not, so nothing can be"
                      + " told apart: label both kinds")
              .withField("examples");
    }
    return new TrainingSet(
        List.copyOf(examples),
        Floats.concat(new float[head.dimensions()], vectors),
        forgotten,
        oneSided);
  }

  /**
   * The examples of a step, from 1: each epoch has its own seeded order, so that step 1,000 is the
   * same whether the training began at 1 or at 900.
   */
  List<Example> batch(int step, Settings settings) {
    int size = Math.min(settings.batchSize(), examples.size());
    int perEpoch = (examples.size() + size - 1) / size;
    int epoch = (step - 1) / perEpoch;
    int from = (step - 1) % perEpoch * size;
    int[] order = order(settings.seed() + epoch);
    List<Example> batch = new ArrayList<>(size);
    for (int i = from; i < Math.min(from + size, order.length); i++) {
      batch.add(examples.get(order[i]));
    }
    return batch;
  }

  private int[] order(long seed) {
    int[] order = new int[examples.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
    return order;
  }
}
