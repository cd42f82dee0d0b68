package io.mnestic.memory;

import io.mnestic.memory.forgetting.PreviewForgetting;
import io.mnestic.memory.usage.RecordUses;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc;
import io.mnestic.wire.CallTable;
import jakarta.inject.Singleton;

/** Calls about forgetting. */
@Singleton
final class ForgettingCalls {
  private final PreviewForgetting previewForgetting;
  private final RecordUses recordUses;

  ForgettingCalls(PreviewForgetting previewForgetting, RecordUses recordUses) {
    this.previewForgetting = previewForgetting;
    this.recordUses = recordUses;
  }

  void addTo(CallTable table) {
    table
        .unary(MemoryStoreServiceGrpc.getPreviewForgettingMethod(), previewForgetting::preview)
        .unary(MemoryStoreServiceGrpc.getRecordUsesMethod(), recordUses::record);
  }
}
