package io.mnestic.orchestrator.peers;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mnestic.wire.Refusal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bounds each call, measures it, and says which service is away when one is. The caller's deadline
 * and cancellation go on by themselves, with gRPC's context.
 */
final class PeerInterceptor implements ClientInterceptor {
  private final Peer peer;
  private final Duration longestWait;

  PeerInterceptor(Peer peer, Duration longestWait) {
    this.peer = peer;
    this.longestWait = longestWait;
  }

  @Override
  public <Q, S> ClientCall<Q, S> interceptCall(
      MethodDescriptor<Q, S> method, CallOptions options, Channel next) {
    CallOptions bounded =
        options.getDeadline() == null
            ? options.withDeadlineAfter(longestWait.toNanos(), TimeUnit.NANOSECONDS)
            : options;
    @Nullable Deadline callers = Context.current().getDeadline();
    Spent spent = Spent.ofThisCall();
    return new SimpleForwardingClientCall<>(next.newCall(method, bounded)) {
      @Override
      public void start(Listener<S> listener, Metadata headers) {
        spent.began(peer);
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                spent.ended(peer);
                if (isAway(status, trailers, callers)) {
                  StatusRuntimeException away = away(status);
                  Metadata details = away.getTrailers();
                  super.onClose(
                      away.getStatus().withCause(status.getCause()),
                      details == null ? trailers : details);
                } else {
                  super.onClose(status, trailers);
                }
              }
            },
            headers);
      }
    };
  }

  private static boolean isAway(Status status, Metadata trailers, @Nullable Deadline callers) {
    return switch (status.getCode()) {
      case UNAVAILABLE -> !PeerFailure.hasReason(status, trailers);
      case DEADLINE_EXCEEDED -> callers == null || !callers.isExpired();
      default -> false;
    };
  }

  private StatusRuntimeException away(Status status) {
    String what =
        status.getCode() == Status.Code.DEADLINE_EXCEEDED
            ? " did not answer in time"
            : " can not be reached";
    return Refusal.of(peer.away(), peer.service() + what + ": start it, or try again later")
        .toStatusException();
  }
}
