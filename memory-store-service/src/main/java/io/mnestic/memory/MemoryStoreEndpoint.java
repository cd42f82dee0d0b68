package io.mnestic.memory;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.mnestic.memory.attention.ReadMemory;
import io.mnestic.memory.history.BranchNamespace;
import io.mnestic.memory.history.CreateSnapshot;
import io.mnestic.memory.history.DeleteSnapshot;
import io.mnestic.memory.history.DiffRevisions;
import io.mnestic.memory.history.MergeBranch;
import io.mnestic.memory.history.ReadSnapshots;
import io.mnestic.memory.history.RestoreSnapshot;
import io.mnestic.memory.namespaces.CreateNamespace;
import io.mnestic.memory.namespaces.DeleteNamespace;
import io.mnestic.memory.namespaces.ReadNamespaces;
import io.mnestic.memory.namespaces.UpdateNamespace;
import io.mnestic.memory.read.ReadMemories;
import io.mnestic.memory.records.DeleteRecord;
import io.mnestic.memory.records.PutRecord;
import io.mnestic.memory.records.ReadRecords;
import io.mnestic.memory.search.SearchMemories;
import io.mnestic.memory.transfer.ExportMemories;
import io.mnestic.memory.transfer.ImportMemories;
import io.mnestic.memory.v1.BranchNamespaceRequest;
import io.mnestic.memory.v1.BranchNamespaceResponse;
import io.mnestic.memory.v1.CreateNamespaceRequest;
import io.mnestic.memory.v1.CreateNamespaceResponse;
import io.mnestic.memory.v1.CreateSnapshotRequest;
import io.mnestic.memory.v1.CreateSnapshotResponse;
import io.mnestic.memory.v1.DeleteMemoriesRequest;
import io.mnestic.memory.v1.DeleteMemoriesResponse;
import io.mnestic.memory.v1.DeleteNamespaceRequest;
import io.mnestic.memory.v1.DeleteNamespaceResponse;
import io.mnestic.memory.v1.DeleteRecordRequest;
import io.mnestic.memory.v1.DeleteRecordResponse;
import io.mnestic.memory.v1.DeleteSnapshotRequest;
import io.mnestic.memory.v1.DeleteSnapshotResponse;
import io.mnestic.memory.v1.DiffRevisionsRequest;
import io.mnestic.memory.v1.DiffRevisionsResponse;
import io.mnestic.memory.v1.ExportMemoriesRequest;
import io.mnestic.memory.v1.ExportMemoriesResponse;
import io.mnestic.memory.v1.GetMemoryRequest;
import io.mnestic.memory.v1.GetMemoryResponse;
import io.mnestic.memory.v1.GetNamespaceRequest;
import io.mnestic.memory.v1.GetNamespaceResponse;
import io.mnestic.memory.v1.GetRecordRequest;
import io.mnestic.memory.v1.GetRecordResponse;
import io.mnestic.memory.v1.GetSnapshotRequest;
import io.mnestic.memory.v1.GetSnapshotResponse;
import io.mnestic.memory.v1.ImportMemoriesRequest;
import io.mnestic.memory.v1.ImportMemoriesResponse;
import io.mnestic.memory.v1.ListMemoriesRequest;
import io.mnestic.memory.v1.ListMemoriesResponse;
import io.mnestic.memory.v1.ListNamespacesRequest;
import io.mnestic.memory.v1.ListNamespacesResponse;
import io.mnestic.memory.v1.ListRecordsRequest;
import io.mnestic.memory.v1.ListRecordsResponse;
import io.mnestic.memory.v1.ListSnapshotsRequest;
import io.mnestic.memory.v1.ListSnapshotsResponse;
import io.mnestic.memory.v1.ListTurnsRequest;
import io.mnestic.memory.v1.ListTurnsResponse;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc;
import io.mnestic.memory.v1.MergeBranchRequest;
import io.mnestic.memory.v1.MergeBranchResponse;
import io.mnestic.memory.v1.PutRecordRequest;
import io.mnestic.memory.v1.PutRecordResponse;
import io.mnestic.memory.v1.PutVectorsRequest;
import io.mnestic.memory.v1.PutVectorsResponse;
import io.mnestic.memory.v1.ReadMemoryRequest;
import io.mnestic.memory.v1.ReadMemoryResponse;
import io.mnestic.memory.v1.RestoreSnapshotRequest;
import io.mnestic.memory.v1.RestoreSnapshotResponse;
import io.mnestic.memory.v1.SearchMemoriesRequest;
import io.mnestic.memory.v1.SearchMemoriesResponse;
import io.mnestic.memory.v1.UpdateMemoryRequest;
import io.mnestic.memory.v1.UpdateMemoryResponse;
import io.mnestic.memory.v1.UpdateNamespaceRequest;
import io.mnestic.memory.v1.UpdateNamespaceResponse;
import io.mnestic.memory.v1.WatchMemoriesRequest;
import io.mnestic.memory.v1.WatchMemoriesResponse;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import io.mnestic.memory.v1.WriteMemoriesResponse;
import io.mnestic.memory.watch.WatchMemories;
import io.mnestic.memory.write.DeleteMemories;
import io.mnestic.memory.write.PutVectors;
import io.mnestic.memory.write.UpdateMemory;
import io.mnestic.memory.write.WriteMemories;
import jakarta.inject.Singleton;

/** The wire side of {@code MemoryStoreService}: takes a call, has it done, answers. */
@Singleton
final class MemoryStoreEndpoint extends MemoryStoreServiceGrpc.MemoryStoreServiceImplBase {
  private final CreateNamespace createNamespace;
  private final ReadNamespaces readNamespaces;
  private final UpdateNamespace updateNamespace;
  private final DeleteNamespace deleteNamespace;
  private final WriteMemories writeMemories;
  private final UpdateMemory updateMemory;
  private final PutVectors putVectors;
  private final DeleteMemories deleteMemories;
  private final ReadMemories readMemories;
  private final SearchMemories searchMemories;
  private final ReadMemory readMemory;
  private final WatchMemories watchMemories;
  private final ExportMemories exportMemories;
  private final ImportMemories importMemories;
  private final CreateSnapshot createSnapshot;
  private final ReadSnapshots readSnapshots;
  private final DeleteSnapshot deleteSnapshot;
  private final RestoreSnapshot restoreSnapshot;
  private final BranchNamespace branchNamespace;
  private final DiffRevisions diffRevisions;
  private final MergeBranch mergeBranch;
  private final PutRecord putRecord;
  private final ReadRecords readRecords;
  private final DeleteRecord deleteRecord;

  MemoryStoreEndpoint(
      CreateNamespace createNamespace,
      ReadNamespaces readNamespaces,
      UpdateNamespace updateNamespace,
      DeleteNamespace deleteNamespace,
      WriteMemories writeMemories,
      UpdateMemory updateMemory,
      PutVectors putVectors,
      DeleteMemories deleteMemories,
      ReadMemories readMemories,
      SearchMemories searchMemories,
      ReadMemory readMemory,
      WatchMemories watchMemories,
      ExportMemories exportMemories,
      ImportMemories importMemories,
      CreateSnapshot createSnapshot,
      ReadSnapshots readSnapshots,
      DeleteSnapshot deleteSnapshot,
      RestoreSnapshot restoreSnapshot,
      BranchNamespace branchNamespace,
      DiffRevisions diffRevisions,
      MergeBranch mergeBranch,
      PutRecord putRecord,
      ReadRecords readRecords,
      DeleteRecord deleteRecord) {
    this.createNamespace = createNamespace;
    this.readNamespaces = readNamespaces;
    this.updateNamespace = updateNamespace;
    this.deleteNamespace = deleteNamespace;
    this.writeMemories = writeMemories;
    this.updateMemory = updateMemory;
    this.putVectors = putVectors;
    this.deleteMemories = deleteMemories;
    this.readMemories = readMemories;
    this.searchMemories = searchMemories;
    this.readMemory = readMemory;
    this.watchMemories = watchMemories;
    this.exportMemories = exportMemories;
    this.importMemories = importMemories;
    this.createSnapshot = createSnapshot;
    this.readSnapshots = readSnapshots;
    this.deleteSnapshot = deleteSnapshot;
    this.restoreSnapshot = restoreSnapshot;
    this.branchNamespace = branchNamespace;
    this.diffRevisions = diffRevisions;
    this.mergeBranch = mergeBranch;
    this.putRecord = putRecord;
    this.readRecords = readRecords;
    this.deleteRecord = deleteRecord;
  }

  @Override
  public void createNamespace(
      CreateNamespaceRequest request, StreamObserver<CreateNamespaceResponse> observer) {
    answer(observer, createNamespace.create(request));
  }

  @Override
  public void getNamespace(
      GetNamespaceRequest request, StreamObserver<GetNamespaceResponse> observer) {
    answer(observer, readNamespaces.get(request));
  }

  @Override
  public void listNamespaces(
      ListNamespacesRequest request, StreamObserver<ListNamespacesResponse> observer) {
    answer(observer, readNamespaces.list(request));
  }

  @Override
  public void updateNamespace(
      UpdateNamespaceRequest request, StreamObserver<UpdateNamespaceResponse> observer) {
    answer(observer, updateNamespace.update(request));
  }

  @Override
  public void deleteNamespace(
      DeleteNamespaceRequest request, StreamObserver<DeleteNamespaceResponse> observer) {
    answer(observer, deleteNamespace.delete(request));
  }

  @Override
  public void writeMemories(
      WriteMemoriesRequest request, StreamObserver<WriteMemoriesResponse> observer) {
    answer(observer, writeMemories.write(request));
  }

  @Override
  public void updateMemory(
      UpdateMemoryRequest request, StreamObserver<UpdateMemoryResponse> observer) {
    answer(observer, updateMemory.update(request));
  }

  @Override
  public void putVectors(PutVectorsRequest request, StreamObserver<PutVectorsResponse> observer) {
    answer(observer, putVectors.put(request));
  }

  @Override
  public void deleteMemories(
      DeleteMemoriesRequest request, StreamObserver<DeleteMemoriesResponse> observer) {
    answer(observer, deleteMemories.delete(request));
  }

  @Override
  public void getMemory(GetMemoryRequest request, StreamObserver<GetMemoryResponse> observer) {
    answer(observer, readMemories.get(request));
  }

  @Override
  public void listMemories(
      ListMemoriesRequest request, StreamObserver<ListMemoriesResponse> observer) {
    answer(observer, readMemories.list(request));
  }

  @Override
  public void listTurns(ListTurnsRequest request, StreamObserver<ListTurnsResponse> observer) {
    answer(observer, readMemories.listTurns(request));
  }

  @Override
  public void searchMemories(
      SearchMemoriesRequest request, StreamObserver<SearchMemoriesResponse> observer) {
    answer(observer, searchMemories.search(request));
  }

  @Override
  public void readMemory(ReadMemoryRequest request, StreamObserver<ReadMemoryResponse> observer) {
    answer(observer, readMemory.read(request));
  }

  @Override
  public void watchMemories(
      WatchMemoriesRequest request, StreamObserver<WatchMemoriesResponse> observer) {
    watchMemories.watch(request, (ServerCallStreamObserver<WatchMemoriesResponse>) observer);
  }

  @Override
  public void exportMemories(
      ExportMemoriesRequest request, StreamObserver<ExportMemoriesResponse> observer) {
    exportMemories.export(request, (ServerCallStreamObserver<ExportMemoriesResponse>) observer);
  }

  @Override
  public StreamObserver<ImportMemoriesRequest> importMemories(
      StreamObserver<ImportMemoriesResponse> observer) {
    return importMemories.open((ServerCallStreamObserver<ImportMemoriesResponse>) observer);
  }

  @Override
  public void createSnapshot(
      CreateSnapshotRequest request, StreamObserver<CreateSnapshotResponse> observer) {
    answer(observer, createSnapshot.create(request));
  }

  @Override
  public void getSnapshot(
      GetSnapshotRequest request, StreamObserver<GetSnapshotResponse> observer) {
    answer(observer, readSnapshots.get(request));
  }

  @Override
  public void listSnapshots(
      ListSnapshotsRequest request, StreamObserver<ListSnapshotsResponse> observer) {
    answer(observer, readSnapshots.list(request));
  }

  @Override
  public void deleteSnapshot(
      DeleteSnapshotRequest request, StreamObserver<DeleteSnapshotResponse> observer) {
    answer(observer, deleteSnapshot.delete(request));
  }

  @Override
  public void restoreSnapshot(
      RestoreSnapshotRequest request, StreamObserver<RestoreSnapshotResponse> observer) {
    answer(observer, restoreSnapshot.restore(request));
  }

  @Override
  public void branchNamespace(
      BranchNamespaceRequest request, StreamObserver<BranchNamespaceResponse> observer) {
    answer(observer, branchNamespace.branch(request));
  }

  @Override
  public void diffRevisions(
      DiffRevisionsRequest request, StreamObserver<DiffRevisionsResponse> observer) {
    answer(observer, diffRevisions.diff(request));
  }

  @Override
  public void mergeBranch(
      MergeBranchRequest request, StreamObserver<MergeBranchResponse> observer) {
    answer(observer, mergeBranch.merge(request));
  }

  @Override
  public void putRecord(PutRecordRequest request, StreamObserver<PutRecordResponse> observer) {
    answer(observer, putRecord.put(request));
  }

  @Override
  public void getRecord(GetRecordRequest request, StreamObserver<GetRecordResponse> observer) {
    answer(observer, readRecords.get(request));
  }

  @Override
  public void listRecords(
      ListRecordsRequest request, StreamObserver<ListRecordsResponse> observer) {
    answer(observer, readRecords.list(request));
  }

  @Override
  public void deleteRecord(
      DeleteRecordRequest request, StreamObserver<DeleteRecordResponse> observer) {
    answer(observer, deleteRecord.delete(request));
  }

  /** A refusal is thrown past this and mapped by the interceptor. */
  private static <R> void answer(StreamObserver<R> observer, R response) {
    observer.onNext(response);
    observer.onCompleted();
  }
}
