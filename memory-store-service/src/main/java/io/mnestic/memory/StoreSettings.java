package io.mnestic.memory;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.nio.file.Path;

/**
 * Where the store keeps its data.
 *
 * @param data the folder, created if need be and used by one process at a time
 */
@ConfigurationProperties("mnestic.store")
public record StoreSettings(@Bindable(defaultValue = "./data/store") Path data) {}
