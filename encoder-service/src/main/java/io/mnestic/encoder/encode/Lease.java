package io.mnestic.encoder.encode;

/** The use of a model by one call, to be closed when it is done. */
record Lease(ServedModel model) implements AutoCloseable {
  @Override
  public void close() {
    model.giveBack();
  }
}
