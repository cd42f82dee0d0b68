package io.mnestic.encoder.folder;

/** What computes: weights for a known architecture, or a program. */
public sealed interface Network permits Transformer, TorchScript {}
