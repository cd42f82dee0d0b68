package io.mnestic.orchestrator.encoding;

import io.mnestic.memory.v1.NamedVector;
import io.mnestic.memory.v1.TokenVectors;
import java.util.List;

/** What a memory is found by: its vectors, and those of its tokens. */
public record EncodedMemory(List<NamedVector> vectors, List<TokenVectors> tokens) {}
