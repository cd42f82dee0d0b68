package io.mnestic.encoder.model;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.mnestic.encoder.v1.Precision;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where and how models run.
 *
 * @param devices see {@link Devices}
 * @param devicesRequired whether a CUDA device that is not there fails the start
 * @param precision of requests that name none: {@code float32}, {@code float16} or {@code int8}
 * @param intraOpThreads threads that share one batch; 0 is one for each core
 * @param cacheDir folder for converted models and native libraries; by default {@code mnestic} in
 *     {@code $XDG_CACHE_HOME} or {@code ~/.cache}
 */
@ConfigurationProperties("mnestic.encoder")
public record EngineSettings(
    @NotBlank @Bindable(defaultValue = "auto") String devices,
    @Bindable(defaultValue = "false") boolean devicesRequired,
    @NotBlank @Bindable(defaultValue = "float32") String precision,
    @Min(0) @Bindable(defaultValue = "1") int intraOpThreads,
    @Nullable Path cacheDir) {

  /** The precision of requests that name none. */
  public Precision defaultPrecision() {
    return switch (precision) {
      case "float32" -> Precision.PRECISION_FLOAT32;
      case "float16" -> Precision.PRECISION_FLOAT16;
      case "int8" -> Precision.PRECISION_INT8;
      default ->
          throw new IllegalArgumentException(
              "mnestic.encoder.precision '" + precision + "' is not float32, float16 or int8");
    };
  }

  Path cache() {
    if (cacheDir != null) {
      return cacheDir.toAbsolutePath();
    }
    @Nullable String xdg = System.getenv("XDG_CACHE_HOME");
    Path base =
        xdg == null || xdg.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(xdg);
    return base.resolve("mnestic").toAbsolutePath();
  }

  int threads() {
    return intraOpThreads == 0 ? Runtime.getRuntime().availableProcessors() : intraOpThreads;
  }

  /** Batches that a CPU runs side by side, so that all its cores have work. */
  public int workers() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / threads());
  }
}
