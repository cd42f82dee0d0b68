package io.mnestic.orchestrator.encoding;

import io.mnestic.memory.v1.TokenVectors;
import java.util.List;
import java.util.Optional;

/**
 * What a query finds memories by.
 *
 * @param vector of unit length
 * @param tokens empty for a query without any token that the model knows
 */
public record EncodedQuery(List<Float> vector, Optional<TokenVectors> tokens) {}
