package io.mnestic.memory;

import io.mnestic.memory.records.DeleteRecord;
import io.mnestic.memory.records.PutRecord;
import io.mnestic.memory.records.ReadRecords;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc;
import io.mnestic.wire.CallTable;
import jakarta.inject.Singleton;

/** Calls about records. */
@Singleton
final class RecordCalls {
  private final PutRecord putRecord;
  private final ReadRecords readRecords;
  private final DeleteRecord deleteRecord;

  RecordCalls(PutRecord putRecord, ReadRecords readRecords, DeleteRecord deleteRecord) {
    this.putRecord = putRecord;
    this.readRecords = readRecords;
    this.deleteRecord = deleteRecord;
  }

  void addTo(CallTable table) {
    table
        .unary(MemoryStoreServiceGrpc.getPutRecordMethod(), putRecord::put)
        .unary(MemoryStoreServiceGrpc.getGetRecordMethod(), readRecords::get)
        .unary(MemoryStoreServiceGrpc.getListRecordsMethod(), readRecords::list)
        .unary(MemoryStoreServiceGrpc.getDeleteRecordMethod(), deleteRecord::delete);
  }
}
