package io.mnestic.encoder.neural.reader;

import com.google.common.primitives.Doubles;
import io.mnestic.encoder.neural.Adam;
import io.mnestic.encoder.v1.ReaderCheckpoint;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import org.jspecify.annotations.Nullable;

/** A head that is being trained. Not for several threads. */
final class Training {
  /** A loss this many times the first one will not come back. */
  private static final double EXPLODED = 100;

  /** Of a first loss near 0, which a step may well double. */
  private static final double LEAST_FIRST_LOSS = 0.1;

  private final Objective objective;
  private final TrainingSet set;
  private final Settings settings;
  private final Adam adam;
  private Head head;
  private int step;
  private double firstLoss;

  /**
   * A training from the base, or from a checkpoint of one.
   *
   * @throws Refusal INVALID_FIELD if the checkpoint does not fit
   */
  Training(
      Objective objective,
      TrainingSet set,
      Settings settings,
      Head base,
      @Nullable ReaderCheckpoint resume) {
    this.objective = objective;
    this.set = set;
    this.settings = settings;
    if (resume == null) {
      head = base.with(base.weights().clone());
      adam = new Adam(settings.learningRate(), base.weights().length);
      return;
    }
    head = Head.of(resume.getHead(), "resume.head");
    step = resume.getStep();
    firstLoss = resume.getFirstLoss();
    int weights = base.weights().length;
    if (!head.hasShapeOf(base)
        || resume.getMeanCount() != weights
        || resume.getSquareCount() != weights
        || Integer.compareUnsigned(step, settings.steps()) > 0) {
      throw Refusal.of(
              Reason.REASON_INVALID_FIELD,
              "resume is no checkpoint of a training of this base with these settings: leave it out"
                  + " to train from the start")
          .withField("resume");
    }
    adam =
        new Adam(
            settings.learningRate(),
            Doubles.toArray(resume.getMeanList()),
            Doubles.toArray(resume.getSquareList()));
  }

  boolean isDone() {
    return step >= settings.steps();
  }

  /**
   * Does one step.
   *
   * @return the loss before it
   * @throws Refusal TRAINING_DIVERGED if the loss or a weight is no number any more, or the loss
   *     exploded
   */
  double step() {
    Objective.Value value = objective.at(head, set.batch(step + 1, settings));
    if (step == 0) {
      firstLoss = value.loss();
    }
    float[] weights = head.weights().clone();
    adam.step(step + 1, weights, value.gradient());
    if (!Double.isFinite(value.loss())
        || value.loss() > EXPLODED * Math.max(firstLoss, LEAST_FIRST_LOSS)
        || !areFinite(weights)) {
      throw Refusal.of(
              Reason.REASON_TRAINING_DIVERGED,
              "the loss was %g at step %d, after %g at the first: nothing was changed; use a smaller"
                      .formatted(value.loss(), step + 1, firstLoss)
                  + " learning_rate")
          .withField("settings.learning_rate");
    }
    head = head.with(weights);
    step++;
    return value.loss();
  }

  ReaderCheckpoint checkpoint() {
    return ReaderCheckpoint.newBuilder()
        .setStep(step)
        .setHead(head.toProto())
        .addAllMean(Doubles.asList(adam.mean()))
        .addAllSquare(Doubles.asList(adam.square()))
        .setFirstLoss(firstLoss)
        .build();
  }

  private static boolean areFinite(float[] weights) {
    for (float weight : weights) {
      if (!Float.isFinite(weight)) {
        return false;
      }
    }
    return true;
  }
}
