package io.mnestic.bench.encoder;

/** What {@code bench encoder} measures. */
enum Part {
  /** Resident memory over many texts. */
  MEMORY,
  /** Throughput over mixed lengths beside the peers, and how exact each precision is. */
  MIXED,
  /** One short query at a time beside ONNX Runtime. */
  QUERY,
  /** Queries beside bulk work. */
  BULK,
  /** What the packed formats lose. */
  FORMATS
}
