package io.mnestic.bench.encoder;

import com.google.common.collect.ImmutableSet;
import io.grpc.Status.Code;
import java.util.List;
import java.util.SplittableRandom;

/** What a soaking client does, how often, and how it may end. */
enum SoakCall {
  DOCUMENTS("texts of any length", 30, Code.OK),
  QUERY("a query", 20, Code.OK),
  PASSAGES("a long text as passages", 3, Code.OK),
  CONTROL_CHARACTERS("control characters", 8, Code.OK),
  NULS("NUL bytes", 8, Code.OK),
  MEBIBYTE("a text of 1 MiB, truncated", 1, Code.OK),
  CANCELLED("cancelled by the client", 12, Code.OK, Code.CANCELLED),
  LATE("with a short deadline", 12, Code.OK, Code.DEADLINE_EXCEEDED),
  NO_TEXTS("without texts", 8, Code.INVALID_ARGUMENT),
  EMPTY_TEXT("an empty text among others", 8, Code.INVALID_ARGUMENT),
  OVER_A_MEBIBYTE("a text over 1 MiB", 1, Code.INVALID_ARGUMENT),
  UNKNOWN_MODEL("a model that is not there", 8, Code.NOT_FOUND),
  STREAM("a stream", 4, Code.OK),
  STREAM_CANCELLED("a stream, cancelled in the middle", 4, Code.CANCELLED),
  STREAM_WITH_BAD("a stream with bad requests among others", 4, Code.OK),
  RERANK("documents to rank", 8, Code.OK),
  RERANK_LATE("documents to rank, with a short deadline", 4, Code.OK, Code.DEADLINE_EXCEEDED),
  RERANK_EMPTY("an empty document to rank", 4, Code.INVALID_ARGUMENT);

  private static final List<SoakCall> ALL = List.of(values());
  private static final int WEIGHTS = ALL.stream().mapToInt(call -> call.weight).sum();

  private final String label;
  private final int weight;
  private final ImmutableSet<Code> expected;

  SoakCall(String label, int weight, Code... expected) {
    this.label = label;
    this.weight = weight;
    this.expected = ImmutableSet.copyOf(expected);
  }

  String label() {
    return label;
  }

  boolean mayEnd(Code code) {
    return expected.contains(code);
  }

  static SoakCall pick(SplittableRandom random) {
    int place = random.nextInt(WEIGHTS);
    for (SoakCall call : ALL) {
      place -= call.weight;
      if (place < 0) {
        return call;
      }
    }
    throw new IllegalStateException("the weights do not add up");
  }
}
