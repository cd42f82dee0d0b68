package io.mnestic.orchestrator.peers;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/**
 * Where the other services are and how long they are waited for; a caller's own deadline cuts each
 * shorter, and the encoder is waited for no longer than half of what is left until then.
 *
 * @param storeTarget gRPC target of memory-store-service
 * @param encoderTarget gRPC target of encoder-service
 * @param storeDeadline longest wait for one call of the store
 * @param queryEncodeDeadline longest wait for a query's vector before recall goes on without it
 * @param appendEncodeDeadline longest wait for the vectors of a write before it goes on without
 *     them
 */
@ConfigurationProperties("mnestic.orchestrator")
public record PeerSettings(
    @Bindable(defaultValue = "127.0.0.1:7432") @NotBlank String storeTarget,
    @Bindable(defaultValue = "127.0.0.1:7431") @NotBlank String encoderTarget,
    @Bindable(defaultValue = "10s") @NotNull Duration storeDeadline,
    @Bindable(defaultValue = "2s") @NotNull Duration queryEncodeDeadline,
    @Bindable(defaultValue = "10s") @NotNull Duration appendEncodeDeadline) {}
