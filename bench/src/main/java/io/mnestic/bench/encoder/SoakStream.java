package io.mnestic.bench.encoder;

import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.mnestic.bench.encoder.SoakRequests.Streamed;
import io.mnestic.encoder.v1.EncodeStreamRequest;
import io.mnestic.encoder.v1.EncodeStreamResponse;
import io.mnestic.encoder.v1.EncoderServiceGrpc.EncoderServiceStub;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One call of EncodeStream, in which each request must be answered once, the bad ones as bad. */
final class SoakStream {
  /** More than the server reads at a time, so that it has to slow the client down. */
  private static final int IN_FLIGHT = 12;

  private static final long LONGEST_MINUTES = 5;

  private final Map<String, Streamed> open;
  private final List<Streamed> requests;
  private final Consumer<String> unexpected;
  private final Semaphore room = new Semaphore(IN_FLIGHT);
  private final CompletableFuture<Code> end = new CompletableFuture<>();
  private final Replies replies = new Replies();

  /**
   * A call of these requests.
   *
   * @param unexpected told of each answer that is wrong
   */
  SoakStream(List<Streamed> requests, Consumer<String> unexpected) {
    this.requests = requests;
    this.unexpected = unexpected;
    open =
        new ConcurrentHashMap<>(
            requests.stream().collect(Collectors.toMap(Streamed::repliedId, Function.identity())));
  }

  /**
   * Sends them, and cancels after some of them.
   *
   * @param most requests that are sent; the call is cancelled if that is not all
   * @return how the call ended
   */
  Code run(EncoderServiceStub encoder, int most) {
    encoder.withDeadlineAfter(LONGEST_MINUTES, TimeUnit.MINUTES).encodeStream(replies);
    ClientCallStreamObserver<EncodeStreamRequest> stream = replies.requests();
    for (Streamed request : requests.subList(0, most)) {
      room.acquireUninterruptibly();
      if (end.isDone()) {
        break;
      }
      stream.onNext(request.request());
    }
    if (most < requests.size()) {
      stream.cancel("enough", null);
    } else if (!end.isDone()) {
      stream.onCompleted();
    }
    Code code = end.join();
    if (code == Code.OK && !open.isEmpty()) {
      unexpected.accept("no answer to %d requests of a stream".formatted(open.size()));
    }
    return code;
  }

  private void check(EncodeStreamResponse reply) {
    Streamed asked = open.remove(reply.getId());
    if (asked == null) {
      unexpected.accept("an answer to '%s', which was not open".formatted(reply.getId()));
      return;
    }
    Code code =
        reply.hasError() ? Status.fromCodeValue(reply.getError().getCode()).getCode() : Code.OK;
    if (code != asked.end()) {
      unexpected.accept(
          "in a stream %s, not %s: %s".formatted(code, asked.end(), reply.getError().getMessage()));
      return;
    }
    Optional<String> fault =
        code == Code.OK
            ? SoakAnswers.fault(asked.request().getRequest(), reply.getResponse())
            : Optional.empty();
    fault.ifPresent(unexpected);
  }

  private final class Replies
      implements ClientResponseObserver<EncodeStreamRequest, EncodeStreamResponse> {
    private final CompletableFuture<ClientCallStreamObserver<EncodeStreamRequest>> started =
        new CompletableFuture<>();

    ClientCallStreamObserver<EncodeStreamRequest> requests() {
      return started.join();
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<EncodeStreamRequest> stream) {
      started.complete(stream);
    }

    @Override
    public void onNext(EncodeStreamResponse reply) {
      check(reply);
      room.release();
    }

    @Override
    public void onError(Throwable failure) {
      end.complete(Status.fromThrowable(failure).getCode());
      room.release();
    }

    @Override
    public void onCompleted() {
      end.complete(Code.OK);
      room.release();
    }
  }
}
