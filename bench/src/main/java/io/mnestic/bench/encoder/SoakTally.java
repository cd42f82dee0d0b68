package io.mnestic.bench.encoder;

import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How the calls of a soak ended. Safe for many threads. */
final class SoakTally {
  private static final int MOST_EXAMPLES = 10;

  private final Map<SoakCall, Map<Code, Long>> counts = new EnumMap<>(SoakCall.class);
  private final List<String> examples = new ArrayList<>();
  private long calls;
  private long unexpected;

  synchronized void add(SoakCall call, Code code, String message) {
    calls++;
    counts.computeIfAbsent(call, c -> new EnumMap<>(Code.class)).merge(code, 1L, Long::sum);
    if (!call.mayEnd(code)) {
      addUnexpected(call.label() + ": " + code + " " + message);
    }
  }

  /** Counts what no call may do, such as an answer that is wrong. */
  synchronized void addUnexpected(String what) {
    unexpected++;
    if (examples.size() < MOST_EXAMPLES) {
      examples.add(what);
    }
  }

  synchronized long calls() {
    return calls;
  }

  synchronized long unexpected() {
    return unexpected;
  }

  /** The first of what was not expected, in words. */
  synchronized List<String> examples() {
    return List.copyOf(examples);
  }

  synchronized Map<Code, Long> of(SoakCall call) {
    return Collections.unmodifiableMap(new EnumMap<>(counts.getOrDefault(call, empty())));
  }

  private static Map<Code, Long> empty() {
    return new EnumMap<>(Code.class);
  }
}
