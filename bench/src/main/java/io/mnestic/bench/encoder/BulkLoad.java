package io.mnestic.bench.encoder;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.EncodeStreamRequest;
import io.mnestic.encoder.v1.EncodeStreamResponse;
import io.mnestic.encoder.v1.Encoding;
import io.mnestic.encoder.v1.Precision;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** Bulk work that goes on until it is closed: one EncodeStream, or Encode calls side by side. */
final class BulkLoad implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(10);

  private final EncoderCalls calls;
  private final List<EncodeRequest> requests;
  private final AtomicLong tokens = new AtomicLong();
  private final CompletableFuture<Void> running = new CompletableFuture<>();
  private volatile boolean stopped;

  private BulkLoad(EncoderCalls calls, List<Text> texts) {
    this.calls = calls;
    this.requests =
        Batches.firstCome(texts.size(), EncoderCalls.TEXTS_A_CALL).stream()
            .map(places ->
                calls.request(
                    texts.subList(places[0], places[0] + places.length),
                    Precision.PRECISION_FLOAT32))
            .toList();
  }

  /** Starts, and returns once the first texts are encoded. */
  static BulkLoad start(EncoderCalls calls, List<Text> texts, boolean streamed) {
    BulkLoad load = new BulkLoad(calls, texts);
    Thread.ofVirtual().start(() -> load.run(streamed));
    try {
      while (load.tokens() == 0 && !load.running.isDone()) {
        Thread.sleep(POLL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      load.close();
      throw new IllegalStateException("interrupted while bulk work began", e);
    }
    return load;
  }

  /** Whether the encoder answers EncodeStream. */
  static boolean isStreamServed(EncoderCalls calls, List<Text> texts) {
    BulkLoad load = new BulkLoad(calls, texts.subList(0, 1));
    try {
      load.stream(1);
      return true;
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Code.UNIMPLEMENTED) {
        return false;
      }
      throw e;
    }
  }

  /** Tokens encoded so far. */
  long tokens() {
    return tokens.get();
  }

  /** False once it has failed; {@link #close} then says why. */
  boolean isUnderWay() {
    return !running.isDone();
  }

  /** Stops, waits for what is under way, and fails if the bulk work did. */
  @Override
  public void close() {
    stopped = true;
    await(running);
  }

  private void run(boolean streamed) {
    try {
      if (streamed) {
        stream(Long.MAX_VALUE);
      } else {
        Workers.run(EncoderCalls.IN_FLIGHT, this::call);
      }
      running.complete(null);
    } catch (RuntimeException e) {
      running.completeExceptionally(e);
    }
  }

  private void call(int worker) {
    for (int i = worker; !stopped; i += EncoderCalls.IN_FLIGHT) {
      count(calls.clients().encoder().encode(requests.get(i % requests.size())));
    }
  }

  private void stream(long most) {
    Semaphore room = new Semaphore(EncoderCalls.IN_FLIGHT);
    CompletableFuture<Void> end = new CompletableFuture<>();
    StreamObserver<EncodeStreamRequest> stream =
        calls
            .clients()
            .encoderCalls()
            .encodeStream(
                new StreamObserver<>() {
                  @Override
                  public void onNext(EncodeStreamResponse response) {
                    if (response.hasError()) {
                      end.completeExceptionally(
                          new IllegalStateException(response.getError().getMessage()));
                    }
                    count(response.getResponse());
                    room.release();
                  }

                  @Override
                  public void onError(Throwable failure) {
                    end.completeExceptionally(failure);
                    room.release();
                  }

                  @Override
                  public void onCompleted() {
                    end.complete(null);
                  }
                });
    for (long i = 0; i < most && !stopped && !end.isDone(); i++) {
      room.acquireUninterruptibly();
      stream.onNext(
          EncodeStreamRequest.newBuilder()
              .setId(Long.toString(i))
              .setRequest(requests.get((int) (i % requests.size())))
              .build());
    }
    stream.onCompleted();
    await(end);
  }

  private static void await(CompletableFuture<Void> end) {
    try {
      end.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }

  private void count(EncodeResponse response) {
    tokens.addAndGet(response.getEncodingsList().stream().mapToLong(Encoding::getTokensUsed).sum());
  }
}
