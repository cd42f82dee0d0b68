package io.mnestic.memory;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.mnestic.memory.v1.ImportMemoriesRequest;
import io.mnestic.memory.v1.ImportMemoriesResponse;
import io.mnestic.memory.v1.ImportStart;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A client's import: what was answered, and how it ended. */
final class Importing implements StreamObserver<ImportMemoriesResponse> {
  final List<ImportMemoriesResponse> answers = new ArrayList<>();
  private final CompletableFuture<Status> end = new CompletableFuture<>();
  private StatusRuntimeException failure = Status.OK.asRuntimeException();

  /** Sends a file in pieces of so many bytes, and waits for the end. */
  static Importing of(ManagedChannel channel, ImportStart start, ByteString file, int piece) {
    Importing importing = new Importing();
    StreamObserver<ImportMemoriesRequest> requests =
        MemoryStoreServiceGrpc.newStub(channel).importMemories(importing);
    requests.onNext(ImportMemoriesRequest.newBuilder().setStart(start).build());
    for (int from = 0; from < file.size() && !importing.end.isDone(); from += piece) {
      ByteString data = file.substring(from, Math.min(from + piece, file.size()));
      requests.onNext(ImportMemoriesRequest.newBuilder().setData(data).build());
    }
    requests.onCompleted();
    importing.status();
    return importing;
  }

  /** Sends these messages and the end, and waits for the answer's end. */
  static Importing of(ManagedChannel channel, ImportMemoriesRequest... messages) {
    Importing importing = new Importing();
    StreamObserver<ImportMemoriesRequest> requests =
        MemoryStoreServiceGrpc.newStub(channel).importMemories(importing);
    for (ImportMemoriesRequest message : messages) {
      requests.onNext(message);
    }
    requests.onCompleted();
    importing.status();
    return importing;
  }

  Status status() {
    try {
      return end.get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  ImportMemoriesResponse last() {
    return answers.getLast();
  }

  /** Throws what the import failed with, if it did. */
  void orThrow() {
    if (!status().isOk()) {
      throw failure;
    }
  }

  @Override
  public void onNext(ImportMemoriesResponse answer) {
    answers.add(answer);
  }

  @Override
  public void onError(Throwable cause) {
    failure = (StatusRuntimeException) cause;
    end.complete(failure.getStatus());
  }

  @Override
  public void onCompleted() {
    end.complete(Status.OK);
  }
}
