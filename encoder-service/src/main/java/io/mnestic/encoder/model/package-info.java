/** The encoder models: their weights as TorchScript archives, run by PyTorch through DJL. */
@NullMarked
package io.mnestic.encoder.model;

import org.jspecify.annotations.NullMarked;
