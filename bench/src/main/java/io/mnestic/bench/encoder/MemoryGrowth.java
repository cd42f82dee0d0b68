package io.mnestic.bench.encoder;

import io.mnestic.bench.report.Progress;
import io.mnestic.bench.services.Service;
import io.mnestic.bench.services.Services;
import io.mnestic.encoder.v1.Precision;
import java.util.ArrayList;
import java.util.List;

/**
 * The encoder's resident memory after a part of many varied texts, and after all: each time the
 * median of five readings, 500 texts apart, since one alone is 20 MiB more or less as tensors come
 * and go.
 */
final class MemoryGrowth {
  private static final double MEBIBYTE = 1 << 20;

  /** Texts that are sent before progress is shown again. */
  private static final int STEP = 500;

  private static final int READINGS = 5;

  private final EncoderCalls calls;
  private final Services services;

  MemoryGrowth(EncoderCalls calls, Services services) {
    this.calls = calls;
    this.services = services;
  }

  /** Encodes all texts. */
  Outcome run(List<Text> texts, int firstPart) {
    List<Double> readings = new ArrayList<>();
    try (Progress progress = Progress.of("Memory", "texts", texts.size())) {
      for (int from = 0; from < texts.size(); from += STEP) {
        int to = Math.min(texts.size(), from + STEP);
        calls.encode(texts.subList(from, to), Precision.PRECISION_FLOAT32);
        readings.add(mebibytes());
        progress.step(to - from);
      }
    }
    return new Outcome(level(readings.subList(0, firstPart / STEP)), level(readings));
  }

  /** The median of the last readings. */
  static double level(List<Double> readings) {
    List<Double> last =
        readings.subList(Math.max(0, readings.size() - READINGS), readings.size()).stream()
            .sorted()
            .toList();
    return last.get(last.size() / 2);
  }

  /** The encoder's resident memory now, in MiB. */
  double mebibytes() {
    return services.residentBytes(Service.ENCODER) / MEBIBYTE;
  }

  /** In MiB. */
  record Outcome(double afterFirstPart, double afterAll) {
    double growth() {
      return afterAll - afterFirstPart;
    }
  }
}
