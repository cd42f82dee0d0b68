package io.mnestic.wire;

import com.google.protobuf.Message;
import io.grpc.BindableService;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one place where a request is checked against its contract's rules and where a failure becomes
 * a gRPC status. The messages of a client's stream are checked by its endpoint, one by one.
 */
@Singleton
public final class WireInterceptor implements ServerInterceptor {
  private final RequestRules rules;

  WireInterceptor(RequestRules rules, List<BindableService> services) {
    this.rules = rules;
    services.forEach(this::warm);
  }

  /**
   * The first check of a message type compiles its rules, which takes tens of milliseconds: not in
   * a caller's time.
   */
  private void warm(BindableService service) {
    for (ServerMethodDefinition<?, ?> method : service.bindService().getMethods()) {
      if (method.getMethodDescriptor().getRequestMarshaller()
              instanceof PrototypeMarshaller<?> marshaller
          && marshaller.getMessagePrototype() instanceof Message prototype) {
        rules.warm(prototype);
      }
    }
  }

  @Override
  public <Q, S> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
    ServerCall<Q, S> mapped = new MappedCall<>(call);
    // One bad message of many is the endpoint's to answer: here it would end the whole stream.
    boolean checked = call.getMethodDescriptor().getType().clientSendsOneMessage();
    return new SimpleForwardingServerCallListener<>(next.startCall(mapped, headers)) {
      private boolean refused;

      @Override
      public void onMessage(Q message) {
        guarded(() -> {
          if (checked && message instanceof Message request) {
            rules.check(request);
          }
          super.onMessage(message);
        });
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

  /** Closes once, with the status that the failure maps to. */
  private static final class MappedCall<Q, S> extends SimpleForwardingServerCall<Q, S> {
    private boolean closed;

    MappedCall(ServerCall<Q, S> delegate) {
      super(delegate);
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
