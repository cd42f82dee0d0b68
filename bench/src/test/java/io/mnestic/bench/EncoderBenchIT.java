package io.mnestic.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bench encoder}, once and short, on an encoder that it starts itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EncoderBenchIT {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private JsonNode figures;

  @BeforeAll
  void run(@TempDir Path folder) throws IOException {
    Path json = folder.resolve("figures.json");
    int exitCode =
        Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
            .execute("bench", "encoder", "--quick", "--soak", "0.2", "--json", json.toString());
    assertThat(exitCode).as("%s%s", out, err).isZero();
    figures = new ObjectMapper().readTree(json.toFile());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "start_seconds",
        "rss_mb",
        "ceiling_gflops",
        "mixed.tokens_per_second",
        "mixed.ratio_to_onnxruntime",
        "mixed.ratio_to_langchain4j",
        "mixed.ratio_to_onnxruntime_sorted",
        "mixed.fraction_of_ceiling",
        "query.p50_ms",
        "query.p99_ms",
        "query.onnxruntime_p50_ms",
        "query.p50_ratio_to_onnxruntime",
        "query_under_bulk.p99_ratio",
        "query_under_bulk.bulk_tokens_per_second",
        "soak.calls"
      })
  void isMeasured(String name) {
    assertThat(figure(name)).isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mixed.cosine_to_onnxruntime_worst",
        "mixed.cosine_to_langchain4j_worst",
        "query.cosine_to_onnxruntime_worst",
        "float32.cosine_batchings_worst"
      })
  void peersComputeTheSame(String name) {
    assertThat(figure(name)).isBetween(0.9999, 1.0001);
  }

  @ParameterizedTest
  @ValueSource(strings = {"int8", "float16"})
  void otherPrecisionsAreMeasured(String name) {
    assertThat(figure(name + ".speedup")).isPositive();
    assertThat(figure("query." + name + "_p50_ratio_to_onnxruntime")).isPositive();
    assertThat(figure(name + ".cosine_mean")).isBetween(0.9, 1.0001);
    assertThat(figure(name + ".cosine_worst")).isBetween(0.8, 1.0001);
    assertThat(figure(name + ".cosine_batchings_worst")).isBetween(0.8, 1.0001);
  }

  @Test
  void packedFormatsAreMeasured() {
    assertThat(figure("format.float32.cosine_worst")).isBetween(0.9999, 1.0001);
    assertThat(figure("format.float16.cosine_worst")).isBetween(0.9999, 1.0001);
    assertThat(figure("format.int8.cosine_worst")).isBetween(0.999, 1.0001);
    assertThat(figure("format.binary.cosine_worst")).isBetween(0.99, 1.0001);
  }

  @Test
  void memoryIsMeasured() {
    assertThat(figures.has("encoder.memory_growth_mb")).isTrue();
    assertThat(figures.has("encoder.soak.rss_growth_mb")).isTrue();
  }

  @Test
  void soakMeetsNothingUnexpected() {
    assertThat(figure("soak.unexpected")).as("%s", out).isZero();
    assertThat(out.toString()).contains("NUL bytes", "cancelled by the client");
  }

  @Test
  void tableSaysWhatWasMeasured() {
    assertThat(out.toString())
        .contains(
            "Pride and Prejudice", "MatMul 1024x384x1536", "encoder.mixed.ratio_to_langchain4j");
  }

  private double figure(String name) {
    assertThat(figures.has("encoder." + name)).as("encoder.%s in%n%s", name, out).isTrue();
    return figures.get("encoder." + name).asDouble();
  }
}
