package io.mnestic.wire;

import build.buf.protovalidate.ValidationResult;
import build.buf.protovalidate.Validator;
import build.buf.protovalidate.exceptions.ValidationException;
import build.buf.validate.FieldPathElement;
import build.buf.validate.Violation;
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
import io.mnestic.error.v1.Reason;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where a request is checked against its contract's rules and where a failure becomes
 * a gRPC status: a {@link Refusal} its own, a status of another service the same status, anything
 * else INTERNAL under an id that stands in the log.
 */
@Singleton
public final class WireInterceptor implements ServerInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(WireInterceptor.class);

  // A status travels in HTTP/2 trailers, which peers cap at 8 KiB.
  private static final int MOST_VIOLATIONS = 16;
  private static final int LONGEST_PATH = 100;

  private final Validator validator;

  WireInterceptor(Validator validator, List<BindableService> services) {
    this.validator = validator;
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
        validate(prototype);
      }
    }
  }

  @Override
  public <Q, S> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
    ServerCall<Q, S> mapped = new MappedCall<>(call);
    return new SimpleForwardingServerCallListener<>(next.startCall(mapped, headers)) {
      private boolean refused;

      @Override
      public void onMessage(Q message) {
        guarded(() -> {
          check(message);
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

  private void check(Object message) {
    if (!(message instanceof Message proto)) {
      return;
    }
    ValidationResult result = validate(proto);
    if (!result.isSuccess()) {
      throw refusal(result.toProto().getViolationsList());
    }
  }

  private ValidationResult validate(Message message) {
    try {
      return validator.validate(message);
    } catch (ValidationException e) {
      throw new IllegalStateException(
          "the rules of " + message.getDescriptorForType().getFullName(), e);
    }
  }

  private static Refusal refusal(List<Violation> violations) {
    Violation first = violations.getFirst();
    int left = violations.size() - MOST_VIOLATIONS;
    Refusal refusal =
        Refusal.of(
            Reason.REASON_INVALID_FIELD,
            path(first)
                + ": "
                + first.getMessage()
                + (left > 0 ? " (and more fields than are listed: " + left + ")" : ""));
    for (Violation violation :
        violations.subList(0, Math.min(violations.size(), MOST_VIOLATIONS))) {
      refusal = refusal.withField(path(violation), violation.getRuleId(), violation.getMessage());
    }
    return refusal;
  }

  private static String path(Violation violation) {
    StringBuilder path = new StringBuilder();
    for (FieldPathElement element : violation.getField().getElementsList()) {
      path.append(path.isEmpty() ? "" : ".").append(element.getFieldName());
      if (element.hasIndex()) {
        path.append('[').append(element.getIndex()).append(']');
      } else if (element.hasStringKey()) {
        path.append("[\"").append(element.getStringKey()).append("\"]");
      }
    }
    if (path.length() > LONGEST_PATH) {
      return path.substring(0, LONGEST_PATH) + "...";
    }
    return path.isEmpty() ? "request" : path.toString();
  }

  private static StatusRuntimeException statusOf(Throwable failure, String method) {
    return switch (unwrap(failure)) {
      case Refusal refusal -> refusal.toStatusException();
      case StatusRuntimeException status -> status;
      case CancellationException cancelled ->
          Status.CANCELLED.withDescription("the call was cancelled").asRuntimeException();
      case Throwable defect -> {
        String id = UUID.randomUUID().toString();
        LOG.error("{} failed, error id {}", method, id, defect);
        yield Refusal.of(Reason.REASON_INTERNAL, "internal error " + id)
            .withMetadata("error_id", id)
            .toStatusException();
      }
    };
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    boolean wrapper =
        failure instanceof CompletionException || failure instanceof ExecutionException;
    return wrapper && cause != null ? unwrap(cause) : failure;
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
      StatusRuntimeException mapped = statusOf(failure, getMethodDescriptor().getFullMethodName());
      Metadata details = mapped.getTrailers();
      super.close(mapped.getStatus(), details == null ? new Metadata() : details);
    }
  }
}
