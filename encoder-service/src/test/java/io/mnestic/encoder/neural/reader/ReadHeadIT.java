package io.mnestic.encoder.neural.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.djl.ndarray.NDManager;
import io.micronaut.context.ApplicationContext;
import io.mnestic.encoder.model.TorchEngine;
import io.mnestic.encoder.v1.ReadRequest;
import io.mnestic.encoder.v1.ReaderCheckpoint;
import io.mnestic.encoder.v1.TrainReaderRequest;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The read head on real PyTorch, against float64 and against itself. */
@TestInstance(Lifecycle.PER_CLASS)
class ReadHeadIT {
  private static final double STEP = 1e-5;

  private ApplicationContext context;
  private TorchEngine engine;
  private NDManager arrays;

  @BeforeAll
  void start() {
    context = ApplicationContext.run();
    engine = context.getBean(TorchEngine.class);
    arrays = engine.arrays();
  }

  @AfterAll
  void stop() {
    arrays.close();
    context.close();
  }

  @Test
  void theObjectiveAndItsGradientAreThoseOfTheFormula() {
    for (long seed = 1; seed <= 5; seed++) {
      Prepared prepared = new Prepared(MadeUp.request(9, seed).build());
      Head head = MadeUp.random(seed);
      double lambda = 0.07;
      TrainingSet set = prepared.set();
      Objective.Value value =
          new Objective(arrays, set.vectors(), prepared.base(), lambda).at(head, set.examples());
      ReferenceObjective reference = new ReferenceObjective(prepared.base(), set.vectors(), lambda);
      double[] weights = doubles(head.weights());
      assertThat((double) value.loss())
          .as("J, seed %d", seed)
          .isCloseTo(reference.at(weights, set.examples()), Offset.offset(1e-5));
      for (int i = 0; i < weights.length; i++) {
        double kept = weights[i];
        weights[i] = kept + STEP;
        double above = reference.at(weights, set.examples());
        weights[i] = kept - STEP;
        double below = reference.at(weights, set.examples());
        weights[i] = kept;
        assertThat((double) value.gradient()[i])
            .as("dJ/dθ[%d], seed %d", i, seed)
            .isCloseTo((above - below) / (2 * STEP), Offset.offset(2e-5));
      }
    }
  }

  @Test
  void readsWhatTheFormulaSays() {
    Prepared prepared = new Prepared(MadeUp.request(6, 3).build());
    Head head = MadeUp.random(4);
    ReadMemories reader = new ReadMemories(engine);
    for (Example example : prepared.set().examples()) {
      List<Float> vectors = new ArrayList<>();
      for (int place : example.vectors()) {
        for (int d = 0; d < MadeUp.DIMENSIONS; d++) {
          vectors.add(prepared.set().vectors()[place * MadeUp.DIMENSIONS + d]);
        }
      }
      List<Float> scores =
          reader
              .read(
                  ReadRequest.newBuilder()
                      .setHead(head.toProto())
                      .addAllQuery(floats(example.query()))
                      .addAllLanes(floats(example.laneScores()))
                      .addAllVectors(vectors)
                      .build())
              .getScoresList();
      double[] expected =
          new ReferenceObjective(prepared.base(), prepared.set().vectors(), 0)
              .scores(doubles(head.weights()), example);
      for (int m = 0; m < expected.length; m++) {
        assertThat((double) scores.get(m)).isCloseTo(expected[m], Offset.offset(1e-5));
      }
    }
    reader.close();
  }

  @Test
  void theSameSeedAndDataGiveTheSameHeadToTheLastBit() {
    TrainReaderRequest request = MadeUp.request(40, 11).build();
    ReaderCheckpoint first = trained(request);
    assertThat(trained(request)).isEqualTo(first);
    TrainReaderRequest.Builder otherSeed = request.toBuilder();
    otherSeed.getSettingsBuilder().setSeed(12);
    assertThat(trained(otherSeed.build()).getHead()).isNotEqualTo(first.getHead());
  }

  @Test
  void aTrainingThatWasCutOffGoesOnToTheSameHeadToTheLastBit() {
    TrainReaderRequest request = MadeUp.request(40, 11).build();
    Training training = new Prepared(request).training();
    for (int step = 0; step < 23; step++) {
      training.step();
    }
    TrainReaderRequest rest = request.toBuilder().setResume(training.checkpoint()).build();
    assertThat(trained(rest)).isEqualTo(trained(request));
  }

  @Test
  void closenessToTheBaseHoldsTheHeadAndDecayForgets() {
    TrainReaderRequest.Builder request = MadeUp.request(40, 5);
    request.getSettingsBuilder().setLambda(0);
    double free = moved(trained(request.build()));
    request.getSettingsBuilder().setLambda(400);
    assertThat(moved(trained(request.build()))).isLessThan(free / 10);

    Prepared decayed = new Prepared(request.build());
    assertThat(decayed.set().examples()).extracting(Example::weight).contains(1.0, 0.9, 0.9 * 0.9);
    request.getSettingsBuilder().setForgetBelow(0.85);
    Prepared gated = new Prepared(request.build());
    assertThat(gated.set().forgotten()).isPositive();
    assertThat(gated.set().examples().size() + gated.set().forgotten()).isEqualTo(40);
    assertThat(gated.set().examples()).extracting(Example::weight).containsOnly(1.0, 0.9);
  }

  @Test
  void aLossThatExplodesEndsTheTrainingWithTheReason() {
    TrainReaderRequest.Builder request = MadeUp.request(40, 5);
    request.getSettingsBuilder().setLearningRate(10).setLambda(40_000);
    Refusal exploded = catchThrowableOfType(Refusal.class, () -> trained(request.build()));
    assertThat(exploded.reason()).isEqualTo(Reason.REASON_TRAINING_DIVERGED);
    assertThat(exploded).hasMessageContaining("learning_rate");

    TrainReaderRequest.Builder huge = MadeUp.request(40, 5);
    for (int e = 0; e < 40; e++) {
      for (int l = 0; l < huge.getExamples(e).getLanesCount(); l++) {
        huge.getExamplesBuilder(e).setLanes(l, 3e38f);
      }
    }
    Refusal notANumber = catchThrowableOfType(Refusal.class, () -> trained(huge.build()));
    assertThat(notANumber.reason()).isEqualTo(Reason.REASON_TRAINING_DIVERGED);
  }

  @Test
  void readsAndTrainingLeaveNoMemoryBehind() throws Exception {
    Prepared prepared = new Prepared(MadeUp.request(200, 5).build());
    Example example = prepared.set().examples().getFirst();
    ReadMemories reader = new ReadMemories(engine);
    ReadRequest read =
        ReadRequest.newBuilder()
            .setHead(MadeUp.random(4).toProto())
            .addAllQuery(floats(example.query()))
            .addAllLanes(floats(MadeUp.numbers(new java.util.SplittableRandom(1), 300, 1)))
            .build();
    // The first round fills caches of the allocator and the JVM's own.
    work(prepared, reader, read, 1_000, 200);
    long before = residentKib();
    work(prepared, reader, read, 10_000, 1_000);
    long grown = residentKib() - before;
    // 10,000 reads whose arrays stayed would hold some 40 MB, and 1,000 steps some 50 MB more.
    assertThat(grown).as("KiB that resident memory grew").isLessThan(24 << 10);
    reader.close();
  }

  private void work(
      Prepared prepared, ReadMemories reader, ReadRequest read, int reads, int steps) {
    for (int i = 0; i < reads; i++) {
      reader.read(read);
    }
    Objective objective = new Objective(arrays, prepared.set().vectors(), prepared.base(), 0.03);
    for (int i = 0; i < steps; i++) {
      objective.at(prepared.base(), prepared.set().examples().subList(0, 100));
    }
    System.gc();
  }

  private static long residentKib() throws Exception {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  private ReaderCheckpoint trained(TrainReaderRequest request) {
    Training training = new Prepared(request).training();
    while (!training.isDone()) {
      training.step();
    }
    return training.checkpoint();
  }

  private static double moved(ReaderCheckpoint checkpoint) {
    double sum = 0;
    float[] base = MadeUp.base().weights();
    for (int i = 0; i < base.length - 1; i++) {
      sum += Math.pow(checkpoint.getHead().getWeights(i) - base[i], 2);
    }
    return sum;
  }

  private static List<Float> floats(float[] numbers) {
    return com.google.common.primitives.Floats.asList(numbers);
  }

  private static double[] doubles(float[] numbers) {
    double[] doubles = new double[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      doubles[i] = numbers[i];
    }
    return doubles;
  }

  /** A request, checked. */
  private final class Prepared {
    private final TrainReaderRequest request;
    private final Head base;
    private final Settings settings;
    private final TrainingSet set;

    Prepared(TrainReaderRequest request) {
      this.request = request;
      base = Head.of(request.getBase(), "base");
      settings = Settings.of(request.getSettings());
      set = TrainingSet.of(request, base, settings);
    }

    Head base() {
      return base;
    }

    TrainingSet set() {
      return set;
    }

    Training training() {
      return new Training(
          new Objective(arrays, set.vectors(), base, settings.lambda() / set.examples().size()),
          set,
          settings,
          base,
          request.hasResume() ? request.getResume() : null);
    }
  }
}
