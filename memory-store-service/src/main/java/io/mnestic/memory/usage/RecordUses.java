package io.mnestic.memory.usage;

import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.v1.RecordUsesRequest;
import io.mnestic.memory.v1.RecordUsesResponse;
import jakarta.inject.Singleton;

/** Counts uses that callers report. */
@Singleton
public final class RecordUses {
  private final MemoryLog log;
  private final CountUses uses;

  RecordUses(MemoryLog log, CountUses uses) {
    this.log = log;
    this.uses = uses;
  }

  /**
   * Counts them, without waiting for the disk.
   *
   * @throws io.mnestic.wire.Refusal NAMESPACE_NOT_FOUND
   */
  public RecordUsesResponse record(RecordUsesRequest request) {
    try (LogView view = log.view()) {
      uses.count(view.namespace(request.getNamespace()).getUid(), request.getIdsList());
    }
    return RecordUsesResponse.getDefaultInstance();
  }
}
