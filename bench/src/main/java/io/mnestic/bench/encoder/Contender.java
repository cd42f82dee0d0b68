package io.mnestic.bench.encoder;

import java.util.List;
import java.util.function.Function;

/** One way to encode many texts. */
record Contender(String name, Function<List<Text>, float[][]> encode) {}
