package io.mnestic.encoder.encode;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What callers get who name nothing.
 *
 * @param defaultModel the model of requests without one; loaded before the service listens
 * @param modelsDir folder whose folders are the user's own models
 */
@ConfigurationProperties("mnestic.encoder")
public record EncoderSettings(
    @NotBlank @Bindable(defaultValue = "bge-small-en-v1.5") String defaultModel,
    @Nullable Path modelsDir) {}
