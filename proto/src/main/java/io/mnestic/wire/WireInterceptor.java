package io.mnestic.wire;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * The one place where a failure becomes a gRPC status, those of {@link CheckedServices} included.
 */
@Singleton
public final class WireInterceptor implements ServerInterceptor {
  @Override
  public <Q, S> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
    ServerCall<Q, S> mapped = new MappedCall<>(call);
    return new SimpleForwardingServerCallListener<>(next.startCall(mapped, headers)) {
      private boolean refused;

      @Override
      public void onMessage(Q message) {
        if (!refused) {
          guarded(() -> super.onMessage(message));
        }
      }

      @Override
      public void onHalfClose() {
        if (!refused) {
          guarded(super::onHalfClose);
        }
      }

      private void guarded(Runnable step) {
        try {
          step.run();
        } catch (RuntimeException | Error e) {
          refused = true;
          mapped.close(Status.UNKNOWN.withCause(e), new Metadata());
        }
      }
    };
  }

  /**
   * Closes once, with the status that the failure maps to. What an endpoint still sends then, since
   * it was at work on earlier messages of the stream, is dropped.
   */
  private static final class MappedCall<Q, S> extends SimpleForwardingServerCall<Q, S> {
    private boolean closed;

    MappedCall(ServerCall<Q, S> delegate) {
      super(delegate);
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
      if (!closed) {
        super.sendHeaders(headers);
      }
    }

    @Override
    public synchronized void sendMessage(S message) {
      if (!closed) {
        super.sendMessage(message);
      }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
      if (closed) {
        return;
      }
      closed = true;
      @Nullable Throwable failure = status.getCause();
      if (status.getCode() != Status.Code.UNKNOWN || failure == null) {
        super.close(status, trailers);
        return;
      }
      StatusRuntimeException mapped =
          Failures.statusOf(failure, getMethodDescriptor().getFullMethodName());
      Metadata details = mapped.getTrailers();
      super.close(mapped.getStatus(), details == null ? new Metadata() : details);
    }
  }
}
