package io.mnestic.bench.encoder;

import io.mnestic.bench.report.Progress;
import io.mnestic.bench.services.Service;
import io.mnestic.bench.services.Services;
import io.mnestic.encoder.v1.Precision;
import java.util.List;

/** The encoder's resident memory after a part of many varied texts, and after all. */
final class MemoryGrowth {
  private static final double MEBIBYTE = 1 << 20;

  /** Texts that are sent before progress is shown again. */
  private static final int STEP = 500;

  private final EncoderCalls calls;
  private final Services services;

  MemoryGrowth(EncoderCalls calls, Services services) {
    this.calls = calls;
    this.services = services;
  }

  /** Encodes all texts. */
  Outcome run(List<Text> texts, int firstPart) {
    double first = 0;
    try (Progress progress = Progress.of("Memory", "texts", texts.size())) {
      for (int from = 0; from < texts.size(); from += STEP) {
        if (from == firstPart) {
          first = mebibytes();
        }
        int to = Math.min(texts.size(), from + STEP);
        calls.encode(texts.subList(from, to), Precision.PRECISION_FLOAT32);
        progress.step(to - from);
      }
    }
    return new Outcome(first, mebibytes());
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
