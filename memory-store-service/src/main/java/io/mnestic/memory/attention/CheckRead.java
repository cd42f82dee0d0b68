package io.mnestic.memory.attention;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.read.CheckFilter;
import io.mnestic.memory.v1.ReadMemoryRequest;
import io.mnestic.memory.v1.ReadMemoryRequest.AsOfCase;
import io.mnestic.memory.v1.ReadModes;
import io.mnestic.memory.write.CheckVectors;
import io.mnestic.memory.write.VectorSpaces;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;

/** From a request to a soft read with every default filled in. */
final class CheckRead {
  private static final double DEFAULT_BETA = 10;
  private static final int DEFAULT_LIMIT = 32;
  private static final ReadModes BY_CONTENT = ReadModes.newBuilder().setContent(1).build();

  private CheckRead() {}

  /**
   * The read of a request.
   *
   * @throws Refusal INVALID_FIELD, WRONG_DIMENSION, VECTOR_NOT_FINITE, VECTOR_ZERO,
   *     REVISION_NOT_REACHED
   */
  static SoftRead check(ReadMemoryRequest request, StoredNamespace namespace) {
    CheckFilter.check(request.getFilter());
    float[] query =
        CheckVectors.unit(
            request.getVectorCount(),
            request::getVector,
            VectorSpaces.dimensions(namespace),
            "vector");
    ReadModes modes = request.hasModes() ? request.getModes() : BY_CONTENT;
    double sum = modes.getContent() + modes.getForward() + modes.getBackward();
    if (sum == 0) {
      throw Refusal.of(
              Reason.REASON_INVALID_FIELD,
              "modes: all shares are 0: set one, or leave modes out to read by content")
          .withField("modes");
    }
    long newest = namespace.getNamespace().getRevision();
    if (request.getMinRevision() > newest) {
      throw Refusal.of(
              Reason.REASON_REVISION_NOT_REACHED,
              "min_revision is %d and the namespace is at %d: use a revision that a write answered"
                  .formatted(request.getMinRevision(), newest))
          .withField("min_revision");
    }
    if (request.getMinRevision() > 0 && request.getAsOfCase() != AsOfCase.ASOF_NOT_SET) {
      throw Refusal.of(
              Reason.REASON_INVALID_FIELD,
              "min_revision and as_of contradict each other: set one of them")
          .withField("min_revision");
    }
    return new SoftRead(
        query,
        request.hasBeta() ? request.getBeta() : DEFAULT_BETA,
        request.getLimit() == 0 ? DEFAULT_LIMIT : request.getLimit(),
        Math.max(1, request.getHops()),
        modes.getContent() / sum,
        modes.getForward() / sum,
        modes.getBackward() / sum,
        request.getFilter(),
        request.getMinRevision());
  }
}
