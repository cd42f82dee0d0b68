package io.mnestic.memory.forgetting;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.mnestic.memory.v1.ForgettingPolicy;
import io.mnestic.memory.v1.ForgettingReason;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryUsage;
import io.mnestic.memory.v1.Namespace;

/**
 * A policy with every default filled in.
 *
 * @param decay gamma, what a period leaves
 * @param period in seconds
 * @param minRetention 0 if nothing is forgotten for its retention
 * @param policy what it was made from
 */
record Rules(
    double decay,
    double period,
    double minRetention,
    long maxMemories,
    long maxBytes,
    ForgettingPolicy policy) {
  private static final double DAY = 86_400;
  private static final double NANO = 1e-9;

  static Rules of(ForgettingPolicy policy) {
    return new Rules(
        policy.hasDecay() ? policy.getDecay() : 1,
        policy.hasDecayPeriod() ? seconds(policy.getDecayPeriod()) : DAY,
        policy.getMinRetention(),
        limit(policy.hasMaxMemories(), policy.getMaxMemories()),
        limit(policy.hasMaxBytes(), policy.getMaxBytes()),
        policy);
  }

  /** How much a memory is to be kept, at a moment. */
  Score score(Memory memory, MemoryUsage usage, Timestamp at) {
    Timestamp last =
        usage.hasLastUsedTime()
                && Timestamps.compare(usage.getLastUsedTime(), memory.getUpdateTime()) > 0
            ? usage.getLastUsedTime()
            : memory.getUpdateTime();
    double idle = Math.max(0, seconds(Timestamps.between(last, at))) / period;
    return new Score(
        memory.hasImportance() ? memory.getImportance() : 1,
        Math.pow(decay, idle),
        idle,
        1 + Math.log1p((double) usage.getUses()),
        usage);
  }

  /** Why time alone makes a memory go; unspecified if it does not. */
  ForgettingReason due(Memory memory, Score score, Timestamp at) {
    if (policy.hasExpireAfter()
        && Durations.compare(
                Timestamps.between(memory.getUpdateTime(), at), policy.getExpireAfter())
            >= 0) {
      return ForgettingReason.FORGETTING_REASON_EXPIRED;
    }
    return score.retention() < minRetention
        ? ForgettingReason.FORGETTING_REASON_DECAYED
        : ForgettingReason.FORGETTING_REASON_UNSPECIFIED;
  }

  /** In how many seconds time alone will make a memory go that it does not yet. */
  double dueIn(Memory memory, Score score, Timestamp at) {
    double expires =
        policy.hasExpireAfter()
            ? seconds(policy.getExpireAfter())
                - seconds(Timestamps.between(memory.getUpdateTime(), at))
            : Double.POSITIVE_INFINITY;
    // retention falls as decay^t: it is at the least after log(least / retention) / log(decay).
    double decays =
        decay < 1 && minRetention > 0
            ? Math.log(minRetention / score.retention()) / Math.log(decay) * period
            : Double.POSITIVE_INFINITY;
    return Math.min(expires, decays);
  }

  /** Whether time alone makes memories go. */
  boolean timed() {
    return policy.hasExpireAfter() || minRetention > 0;
  }

  boolean over(Namespace namespace) {
    return over(namespace.getMemoryCount(), namespace.getMemoryBytes());
  }

  boolean over(long memories, long bytes) {
    return memories > maxMemories || bytes > maxBytes;
  }

  private static double seconds(Duration duration) {
    return duration.getSeconds() + duration.getNanos() * NANO;
  }

  /** Over 2^63 is without a limit as well. */
  private static long limit(boolean set, long asked) {
    return set && asked > 0 ? asked : Long.MAX_VALUE;
  }
}
