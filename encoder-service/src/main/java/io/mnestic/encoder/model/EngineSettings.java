package io.mnestic.encoder.model;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where and how models run.
 *
 * @param device {@code auto} (CUDA where there is one, else the CPU), {@code cpu} or {@code cuda:N}
 * @param intraOpThreads threads that share one batch; 0 is one for each core
 * @param cacheDir folder for converted models and native libraries; by default {@code mnestic} in
 *     {@code $XDG_CACHE_HOME} or {@code ~/.cache}
 */
@ConfigurationProperties("mnestic.encoder")
public record EngineSettings(
    @NotBlank @Bindable(defaultValue = "auto") String device,
    @Min(0) @Bindable(defaultValue = "0") int intraOpThreads,
    @Nullable Path cacheDir) {

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
}
