package io.mnestic.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.BindableService;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.mnestic.error.v1.Reason;
import jakarta.inject.Singleton;
import java.io.InputStream;

/**
 * Has each request read and checked against its contract's rules below the {@link WireInterceptor},
 * which then answers what either refuses. Left to itself gRPC reads a message before any
 * interceptor sees the call, and says UNKNOWN where it can not. The messages of a client's stream
 * are checked by its endpoint, one by one.
 */
@Singleton
final class CheckedServices implements BeanCreatedEventListener<BindableService> {
  private final RequestRules rules;

  CheckedServices(RequestRules rules) {
    this.rules = rules;
  }

  @Override
  public BindableService onCreated(BeanCreatedEvent<BindableService> event) {
    return checked(event.getBean());
  }

  /** The same service, whose requests come as bytes. */
  BindableService checked(BindableService service) {
    ServerServiceDefinition definition = service.bindService();
    warm(definition);
    ServerServiceDefinition checked =
        ServerInterceptors.useMarshalledMessages(
            ServerInterceptors.intercept(definition, new RuleCheck(rules)), new Bytes());
    return () -> ServerInterceptors.intercept(checked, new ReadCheck());
  }

  /**
   * The first check of a message type compiles its rules, which takes tens of milliseconds: not in
   * a caller's time.
   */
  private void warm(ServerServiceDefinition service) {
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      if (method.getMethodDescriptor().getRequestMarshaller()
              instanceof PrototypeMarshaller<?> marshaller
          && marshaller.getMessagePrototype() instanceof Message prototype) {
        rules.warm(prototype);
      }
    }
  }

  /** Names what is wrong with bytes that are not the message they should be. */
  private static final class ReadCheck implements ServerInterceptor {
    @Override
    public <Q, S> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
      return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
        @Override
        public void onMessage(Q message) {
          try {
            super.onMessage(message);
          } catch (StatusRuntimeException e) {
            if (e.getCause() instanceof InvalidProtocolBufferException unreadable) {
              throw Refusal.of(
                      Reason.REASON_INVALID_FIELD,
                      "the request is not what %s takes (strings must be UTF-8): %s"
                          .formatted(
                              call.getMethodDescriptor().getFullMethodName(),
                              unreadable.getMessage()))
                  .withField("request");
            }
            throw e;
          }
        }
      };
    }
  }

  /** Refuses requests that break their contract's rules. */
  private record RuleCheck(RequestRules rules) implements ServerInterceptor {
    @Override
    public <Q, S> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
      ServerCall.Listener<Q> listener = next.startCall(call, headers);
      if (!call.getMethodDescriptor().getType().clientSendsOneMessage()) {
        // One bad message of many is the endpoint's to answer: here it would end the whole stream.
        return listener;
      }
      return new SimpleForwardingServerCallListener<>(listener) {
        @Override
        public void onMessage(Q message) {
          if (message instanceof Message request) {
            rules.check(request);
          }
          super.onMessage(message);
        }
      };
    }
  }

  /** Messages as they are on the wire. */
  private static final class Bytes implements Marshaller<InputStream> {
    @Override
    public InputStream stream(InputStream value) {
      return value;
    }

    @Override
    public InputStream parse(InputStream stream) {
      return stream;
    }
  }
}
