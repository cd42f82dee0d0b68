package io.mnestic.memory.forgetting;

import io.mnestic.memory.v1.MemoryUsage;
import io.mnestic.memory.v1.Retention;

/**
 * How much a memory is to be kept: importance * decay^idle * (1 + ln(1 + uses)).
 *
 * @param idle periods since its last use
 */
record Score(
    double importance, double decayFactor, double idle, double useFactor, MemoryUsage usage) {
  double retention() {
    return importance * decayFactor * useFactor;
  }

  Retention toProto() {
    return Retention.newBuilder()
        .setRetention(retention())
        .setImportance(importance)
        .setDecayFactor(decayFactor)
        .setIdlePeriods(idle)
        .setUseFactor(useFactor)
        .setUsage(usage)
        .build();
  }
}
