package io.mnestic.bench.encoder;

import io.mnestic.bench.report.BadInput;
import io.mnestic.bench.report.Figures;
import io.mnestic.bench.services.Deployment;
import io.mnestic.bench.services.Service;
import io.mnestic.bench.services.ServiceOptions;
import io.mnestic.bench.services.Services;
import io.mnestic.encoder.v1.Precision;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench encoder}: encoder-service beside ONNX Runtime and LangChain4j. */
@Command(
    name = "encoder",
    description = {
      "Speed, exactness and memory of encoder-service through gRPC, beside ONNX Runtime and",
      "LangChain4j in process on the same weights, all in one run and in turn. Figures:",
      "encoder.mixed.*: texts of 4 to 256 tokens; tokens_per_second, ratio_to_*, and the",
      "fraction_of_ceiling, which is what single-precision matrix products make here;",
      "encoder.query.*: one short query at a time; encoder.query_under_bulk.*: beside bulk work;",
      "encoder.int8.*, encoder.float16.*: speedup over float32 and cosines with it;",
      "encoder.format.*: what the packed formats lose; encoder.start_seconds, encoder.rss_mb,",
      "encoder.memory_growth_mb (only for an encoder that is started here); encoder.soak.*."
    },
    mixinStandardHelpOptions = true)
public final class EncoderCommand implements Callable<Integer> {
  private static final long SECONDS_A_MINUTE = 60;

  private final PrintWriter out;

  @Mixin private final ServiceOptions services = new ServiceOptions();
  @Mixin private final Figures figures = new Figures();

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "bge-small-en-v1.5 (default) or all-MiniLM-L6-v2.")
  private String model = PeerModel.BGE_SMALL_EN.id();

  @Option(
      names = "--quick",
      description = "A short version of everything, to see that it works: its figures mean little.")
  private boolean quick;

  @Option(
      names = "--soak",
      paramLabel = "MINUTES",
      description = "At the end, that long of good and bad calls from several clients. Default: 0.")
  private double soakMinutes;

  @Option(
      names = "--texts",
      paramLabel = "N",
      description = "Texts of mixed lengths. Default: 2000.")
  private @Nullable Integer texts;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Rounds of each contender over the texts of mixed lengths. Default: 3.")
  private @Nullable Integer rounds;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "Only these parts: ${COMPLETION-CANDIDATES}. Default: all.")
  private Set<Part> parts = EnumSet.allOf(Part.class);

  public EncoderCommand(PrintWriter out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    if (!(soakMinutes >= 0 && soakMinutes <= Integer.MAX_VALUE)) {
      throw new BadInput("--soak must be 0 or more minutes, not " + soakMinutes);
    }
    if (texts != null && texts < 1) {
      throw new BadInput("--texts must be 1 or more, not " + texts);
    }
    if (rounds != null && rounds < 1) {
      throw new BadInput("--rounds must be 1 or more, not " + rounds);
    }
    PeerModel peerModel = PeerModel.named(model);
    Size size = (quick ? Size.QUICK : Size.FULL).with(texts, rounds);
    EncoderReport report = new EncoderReport(out, figures);
    try (WordPieces tokenizer = new WordPieces(peerModel);
        Deployment deployment = services.open(Set.of(Service.ENCODER))) {
      Optional<Services> started = deployment.started();
      started.ifPresent(own ->
          report.put("start to SERVING, s", "start_seconds", own.startTime().toMillis() / 1000.0));
      EncoderCalls calls = new EncoderCalls(deployment.clients(), peerModel);
      Optional<MemoryGrowth> memory = started.map(own -> new MemoryGrowth(calls, own));
      Measuring measuring = new Measuring(calls, tokenizer, size, report);
      if (parts.contains(Part.MEMORY)) {
        memory.ifPresent(measuring::memory);
      }
      String notes = measuring.run(parts);
      Optional<SoakTally> soaked = soak(measuring, memory);
      started.ifPresent(own -> own.requireAlive(Service.ENCODER));
      report.print(notes);
      soaked.ifPresent(report::print);
    }
    figures.save();
    return 0;
  }

  private Optional<SoakTally> soak(Measuring measuring, Optional<MemoryGrowth> memory) {
    if (soakMinutes == 0) {
      return Optional.empty();
    }
    Duration time = Duration.ofMillis(Math.round(soakMinutes * SECONDS_A_MINUTE * 1_000));
    return Optional.of(measuring.soak(time, memory));
  }

  /** Every precision that an encoder may have. */
  static Stream<Precision> precisions() {
    return Stream.of(
        Precision.PRECISION_FLOAT32, Precision.PRECISION_FLOAT16, Precision.PRECISION_INT8);
  }

  /** A precision in the names of figures. */
  static String nameOf(Precision precision) {
    return precision.name().substring("PRECISION_".length()).toLowerCase(Locale.ROOT);
  }

  static List<Precision> servedBy(EncoderCalls calls) {
    return precisions()
        .filter(precision -> precision == Precision.PRECISION_FLOAT32 || calls.has(precision))
        .toList();
  }
}
