package io.mnestic.bench.transfer;

import com.google.protobuf.ByteString;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.mnestic.memory.v1.ImportMemoriesRequest;
import io.mnestic.memory.v1.ImportMemoriesResponse;
import io.mnestic.memory.v1.ImportStart;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** One call of ImportMemories: sends a file's pieces as fast as the store takes them. */
final class ImportCall
    implements ClientResponseObserver<ImportMemoriesRequest, ImportMemoriesResponse> {
  private static final int PIECE_BYTES = 256 << 10;

  private final String namespace;
  private final InputStream file;
  private final Consumer<ImportMemoriesResponse> progress;
  private final CompletableFuture<ImportMemoriesResponse> done = new CompletableFuture<>();
  private ImportMemoriesResponse last = ImportMemoriesResponse.getDefaultInstance();
  private boolean started;
  private boolean sent;

  /**
   * A call.
   *
   * @param progress gets each answer
   */
  ImportCall(String namespace, InputStream file, Consumer<ImportMemoriesResponse> progress) {
    this.namespace = namespace;
    this.file = file;
    this.progress = progress;
  }

  /** The last answer, once all is done. */
  CompletableFuture<ImportMemoriesResponse> done() {
    return done;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<ImportMemoriesRequest> call) {
    call.setOnReadyHandler(() -> send(call));
  }

  private void send(ClientCallStreamObserver<ImportMemoriesRequest> call) {
    if (!started) {
      started = true;
      call.onNext(
          ImportMemoriesRequest.newBuilder()
              .setStart(ImportStart.newBuilder().setNamespace(namespace))
              .build());
    }
    try {
      while (!sent && call.isReady()) {
        byte[] piece = file.readNBytes(PIECE_BYTES);
        if (piece.length > 0) {
          call.onNext(
              ImportMemoriesRequest.newBuilder().setData(ByteString.copyFrom(piece)).build());
        } else {
          sent = true;
          call.onCompleted();
        }
      }
    } catch (IOException e) {
      sent = true;
      call.cancel("the file can not be read", e);
      done.completeExceptionally(new UncheckedIOException("can not read the file", e));
    }
  }

  @Override
  public void onNext(ImportMemoriesResponse answer) {
    last = answer;
    progress.accept(answer);
  }

  @Override
  public void onError(Throwable failure) {
    done.completeExceptionally(failure);
  }

  @Override
  public void onCompleted() {
    done.complete(last);
  }
}
