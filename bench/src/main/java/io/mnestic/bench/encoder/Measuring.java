package io.mnestic.bench.encoder;

import dev.langchain4j.model.embedding.EmbeddingModel;
import io.mnestic.bench.report.Latencies;
import io.mnestic.encoder.v1.Precision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The parts of {@code bench encoder}, one after the other, each to its lines of the report. */
final class Measuring {
  private static final long SEED = 5;
  private static final int SHORT_TEXT = 32;
  private static final int QUERY_WORDS = 10;
  private static final int PEER_BATCH = 32;
  private static final int PEER_BUDGET = 2_048;
  private static final int FORMAT_TEXTS = 50;
  private static final int OTHER_CALL = 7;
  private static final int P50 = 50;
  private static final int P99 = 99;
  private static final double GIGA = 1e9;
  private static final String ONNX = "ONNX Runtime, 32 as they come";
  private static final String ONNX_SORTED = "ONNX Runtime, sorted, 2,048 tokens";
  private static final String LANGCHAIN4J = "LangChain4j, one at a time";

  private final EncoderCalls calls;
  private final WordPieces tokenizer;
  private final Size size;
  private final EncoderReport report;
  private final Book book;
  private final List<Text> mixed;
  private final List<String> notes = new ArrayList<>();

  Measuring(EncoderCalls calls, WordPieces tokenizer, Size size, EncoderReport report) {
    this.calls = calls;
    this.tokenizer = tokenizer;
    this.size = size;
    this.report = report;
    this.book = new Book(tokenizer);
    this.mixed = book.texts(Lengths.draw(size.texts(), Lengths.MOST, SEED), SEED);
  }

  /** Before anything else: precisions and threads that other parts load would be counted too. */
  void memory(MemoryGrowth memory) {
    List<Text> texts = book.texts(Lengths.draw(10 * size.memoryTexts(), SHORT_TEXT, SEED), SEED);
    MemoryGrowth.Outcome outcome = memory.run(texts, size.memoryTexts());
    report.put("resident memory, MiB", "rss_mb", outcome.afterAll());
    report.put("  grown since a tenth of the texts", "memory_growth_mb", outcome.growth(), "<= 20");
    notes.add(
        "Memory: after %,d texts of 4 to %d tokens, and after %,d; only float32 loaded."
            .formatted(size.memoryTexts(), SHORT_TEXT, texts.size()));
  }

  /** All other parts; what was measured, in words. */
  String run(Set<Part> parts) {
    List<Precision> precisions = EncoderCommand.servedBy(calls);
    try (OnnxPeer onnx = new OnnxPeer(calls.model())) {
      if (parts.contains(Part.MIXED)) {
        mixed(onnx, precisions);
      }
      if (parts.contains(Part.QUERY)) {
        query(onnx, precisions);
      }
      notes.add("ONNX Runtime " + onnx.version() + " on all cores; LangChain4j with its defaults.");
    }
    if (parts.contains(Part.BULK)) {
      bulk();
    }
    if (parts.contains(Part.FORMATS)) {
      formats();
    }
    EncoderCommand.precisions()
        .filter(precision -> !precisions.contains(precision))
        .forEach(precision -> report.missing(EncoderCommand.nameOf(precision)));
    notes.addFirst("Texts: %s. Model: %s.".formatted(Book.TITLE, calls.model().id()));
    return String.join("\n", notes);
  }

  SoakTally soak(Duration time, Optional<MemoryGrowth> memory) {
    Soak.Outcome outcome = new Soak(calls, mixed, memory).run(time);
    report.count("soak, calls", "soak.calls", outcome.tally().calls(), "");
    report.count("  not as they should", "soak.unexpected", outcome.tally().unexpected(), "0");
    if (memory.isPresent()) {
      report.put("  resident memory grown, MiB", "soak.rss_growth_mb", outcome.growth());
    }
    return outcome.tally();
  }

  private void mixed(OnnxPeer onnx, List<Precision> precisions) {
    EmbeddingModel langChain4j = calls.model().langChain4j();
    List<Contender> contenders = new ArrayList<>();
    String float32 = EncoderCommand.nameOf(Precision.PRECISION_FLOAT32);
    precisions.forEach(precision ->
        contenders.add(
            new Contender(
                EncoderCommand.nameOf(precision), texts -> calls.encode(texts, precision))));
    contenders.add(
        1,
        new Contender(
            ONNX, texts -> onnx.encode(texts, Batches.firstCome(texts.size(), PEER_BATCH))));
    contenders.add(
        new Contender(
            LANGCHAIN4J,
            texts ->
                texts.stream()
                    .map(text -> langChain4j.embed(text.content()).content().vector())
                    .toArray(float[][]::new)));
    contenders.add(
        new Contender(
            ONNX_SORTED, texts -> onnx.encode(texts, Batches.byLength(texts, PEER_BUDGET))));
    MixedOutcome outcome;
    try (Ceiling ceiling = new Ceiling()) {
      outcome = new MixedLengths(mixed, contenders, ceiling).run(size.rounds(), size.ceilingTime());
    }
    reportMixed(outcome, float32);
    for (Precision precision : precisions) {
      exactness(outcome, precision);
    }
  }

  private void reportMixed(MixedOutcome outcome, String float32) {
    report.put(
        "mixed lengths, tokens/s", "mixed.tokens_per_second", outcome.tokensPerSecond(float32));
    ratio(outcome, float32, ONNX, "onnxruntime", ">= 1.3");
    ratio(outcome, float32, LANGCHAIN4J, "langchain4j", ">= 1.5");
    ratio(outcome, float32, ONNX_SORTED, "onnxruntime_sorted", ">= 0.9");
    report.put(
        "  share of matrix products' ceiling",
        "mixed.fraction_of_ceiling",
        outcome.fractionOfCeiling(float32, calls.model().work().operations(mixed)),
        ">= 0.7");
    report.put("  the ceiling, GFLOP/s", "ceiling_gflops", outcome.ceiling() / GIGA);
    for (String peer : List.of(ONNX, LANGCHAIN4J)) {
      report.put(
          "  worst cosine with " + (peer.equals(ONNX) ? "ONNX Runtime" : "LangChain4j"),
          "mixed.cosine_to_" + (peer.equals(ONNX) ? "onnxruntime" : "langchain4j") + "_worst",
          Cosines.of(outcome.vectorsOf(float32), outcome.vectorsOf(peer)).worst(),
          ">= 0.9999");
    }
    notes.add(
        "Mixed: %,d texts of 4 to 256 tokens, uniform on a logarithmic scale, %,d tokens without padding;"
                .formatted(mixed.size(), outcome.tokens())
            + " through gRPC %d calls of %d in flight; %d rounds in turn, medians of ratios."
                .formatted(EncoderCalls.IN_FLIGHT, EncoderCalls.TEXTS_A_CALL, size.rounds()));
    notes.add(
        "Ceiling: the best of ONNX Runtime's MatMul %s in each round; it was %s. A token is %.1f MFLOP."
            .formatted(
                Ceiling.SHAPES.stream()
                    .map(MatrixProduct::toString)
                    .collect(Collectors.joining(", ")),
                outcome.ceilings().stream()
                    .map(best -> best.product().toString())
                    .distinct()
                    .collect(Collectors.joining(" or ")),
                calls.model().work().operations(mixed) / outcome.tokens() / 1e6));
  }

  private void ratio(
      MixedOutcome outcome, String float32, String peer, String name, String wanted) {
    report.put("  over " + peer, "mixed.ratio_to_" + name, outcome.ratio(float32, peer), wanted);
    report.put(
        "    which makes tokens/s",
        "mixed." + name + "_tokens_per_second",
        outcome.tokensPerSecond(peer));
  }

  private void exactness(MixedOutcome outcome, Precision precision) {
    String name = EncoderCommand.nameOf(precision);
    float[][] vectors = outcome.vectorsOf(name);
    if (precision != Precision.PRECISION_FLOAT32) {
      String float32 = EncoderCommand.nameOf(Precision.PRECISION_FLOAT32);
      boolean bytes = precision == Precision.PRECISION_INT8;
      report.put(
          name + ", mixed lengths over float32",
          name + ".speedup",
          outcome.ratio(name, float32),
          bytes ? ">= 1.4" : "");
      Cosines cosines = Cosines.of(vectors, outcome.vectorsOf(float32));
      report.put("  mean cosine with float32", name + ".cosine_mean", cosines.mean());
      report.put("  worst cosine with float32", name + ".cosine_worst", cosines.worst());
    }
    report.put(
        (precision == Precision.PRECISION_FLOAT32 ? "float32" : " ")
            + " worst cosine with itself in other batches",
        name + ".cosine_batchings_worst",
        Cosines.of(calls.encode(mixed, otherCalls(), precision), vectors).worst());
  }

  /** The same texts in calls of another size and in another order. */
  private List<int[]> otherCalls() {
    List<Integer> order = new ArrayList<>(IntStream.range(0, mixed.size()).boxed().toList());
    Collections.shuffle(order, new Random(SEED));
    return Batches.firstCome(mixed.size(), OTHER_CALL).stream()
        .map(places -> Arrays.stream(places).map(order::get).toArray())
        .toList();
  }

  private void query(OnnxPeer onnx, List<Precision> precisions) {
    List<String> queries = book.phrases(size.queries(), QUERY_WORDS, SEED);
    QueryTimes.Outcome outcome = new QueryTimes(calls, onnx, tokenizer).run(queries, precisions);
    outcome
        .pairs()
        .forEach((precision, pair) -> {
          String name = EncoderCommand.nameOf(precision);
          boolean exact = precision == Precision.PRECISION_FLOAT32;
          if (exact) {
            Latencies service = pair.service();
            report.put("one query, p50 ms", "query.p50_ms", service.millis(P50));
            report.put("  p99 ms", "query.p99_ms", service.millis(P99));
            report.put(
                "  ONNX Runtime in process, p50 ms",
                "query.onnxruntime_p50_ms",
                pair.onnxRuntime().millis(P50));
          }
          report.put(
              "  %s, p50 over ONNX Runtime's".formatted(name),
              exact
                  ? "query.p50_ratio_to_onnxruntime"
                  : "query." + name + "_p50_ratio_to_onnxruntime",
              pair.p50Ratio(),
              switch (precision) {
                case PRECISION_FLOAT32 -> "<= 1.5";
                case PRECISION_INT8 -> "<= 1.0";
                default -> "";
              });
        });
    report.put(
        "  worst cosine with ONNX Runtime",
        "query.cosine_to_onnxruntime_worst",
        outcome.cosineWorst(),
        ">= 0.9999");
    notes.add(
        "Queries: %d of %d words with the model's instruction, each through gRPC and then on the same ids in process."
            .formatted(queries.size(), QUERY_WORDS));
  }

  private void bulk() {
    List<String> queries = book.phrases(size.bulkQueries(), QUERY_WORDS, SEED + 1);
    UnderBulk.Outcome outcome = new UnderBulk(calls).run(queries, mixed);
    report.put(
        "query beside bulk work, p99 over p99 alone",
        "query_under_bulk.p99_ratio",
        outcome.p99Ratio(),
        "<= 3");
    report.put("  p99 ms alone", "query_under_bulk.idle_p99_ms", outcome.idle().millis(P99));
    report.put("  p99 ms beside it", "query_under_bulk.p99_ms", outcome.busy().millis(P99));
    report.put("  p50 ms beside it", "query_under_bulk.p50_ms", outcome.busy().millis(P50));
    report.put(
        "  bulk work meanwhile, tokens/s",
        "query_under_bulk.bulk_tokens_per_second",
        outcome.bulkTokensPerSecond());
    notes.add(
        "Beside bulk work: %d queries one after the other; the bulk work is %s."
            .formatted(
                queries.size(),
                outcome.streamed()
                    ? "one EncodeStream of the mixed texts"
                    : "Encode calls of the mixed texts, since EncodeStream is not served"));
  }

  private void formats() {
    List<Text> texts = mixed.subList(0, Math.min(FORMAT_TEXTS, mixed.size()));
    new Formats(calls)
        .worstCosines(texts)
        .forEach((format, cosine) -> {
          String name = format.name().substring("VECTOR_FORMAT_".length()).toLowerCase(Locale.ROOT);
          report.put(
              "packed as %s, worst cosine".formatted(name),
              "format." + name + ".cosine_worst",
              cosine);
        });
  }
}
