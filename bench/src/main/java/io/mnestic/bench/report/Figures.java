package io.mnestic.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The figures of one run, by name, in the order they were found; optionally kept as JSON. */
public final class Figures {
  private static final int DECIMALS = 4;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the figures to FILE too, as one flat JSON object, name to number.")
  private @Nullable Path json;

  private final Map<String, BigDecimal> figures = new LinkedHashMap<>();

  /** Adds a finite figure. */
  public void put(String name, double value) {
    BigDecimal rounded = BigDecimal.valueOf(value).setScale(DECIMALS, RoundingMode.HALF_EVEN);
    // Without stripping, a whole number reads 12.0000; stripped alone, 100 reads 1E+2.
    BigDecimal plain = rounded.stripTrailingZeros();
    figures.put(name, plain.scale() < 0 ? plain.setScale(0) : plain);
  }

  /** The figure of this name. */
  public Optional<Double> get(String name) {
    return Optional.ofNullable(figures.get(name)).map(BigDecimal::doubleValue);
  }

  /** Writes the file that was asked for, if one was. */
  public void save() {
    if (json == null) {
      return;
    }
    try {
      new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(json.toFile(), figures);
    } catch (IOException e) {
      throw new UncheckedIOException("can not write the figures to " + json, e);
    }
  }
}
