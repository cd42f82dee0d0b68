package io.mnestic.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.CallOptions;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.StatusProto;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.mnestic.bench.services.Service;
import io.mnestic.bench.services.Services;
import io.mnestic.wire.Channels;
import io.mnestic.wire.ServerSetup;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a call is answered before its service sees it: the code is right, and the server is none the
 * worse for it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WireIT {
  /** Field 1 of every request here is a string: two bytes that are not UTF-8. */
  private static final byte[] INVALID_UTF8 = {0x0A, 0x02, (byte) 0xC3, (byte) 0x28};

  private Services services;

  @BeforeAll
  void startServices(@TempDir Path data) {
    services = Services.start(data);
  }

  @AfterAll
  void stopServices() {
    services.close();
  }

  @ParameterizedTest
  @EnumSource(Service.class)
  void textThatIsNotUtf8(Service service) throws Exception {
    Status status =
        Objects.requireNonNull(
            StatusProto.fromThrowable(
                answers(service, INVALID_UTF8, CallOptions.DEFAULT, Code.INVALID_ARGUMENT)));

    assertThat(status.getMessage()).contains(method(service).getFullMethodName(), "UTF-8");
    ErrorInfo info = status.getDetails(0).unpack(ErrorInfo.class);
    assertThat(info.getReason()).isEqualTo("INVALID_FIELD");
  }

  @ParameterizedTest
  @EnumSource(Service.class)
  void messageOverTheLimit(Service service) {
    byte[] message = new byte[ServerSetup.MAX_MESSAGE_BYTES + 1];

    answers(service, message, CallOptions.DEFAULT, Code.RESOURCE_EXHAUSTED, Code.CANCELLED);
  }

  @ParameterizedTest
  @EnumSource(Service.class)
  void deadlineThatHasPassed(Service service) {
    CallOptions late = CallOptions.DEFAULT.withDeadline(Deadline.after(-1, TimeUnit.MILLISECONDS));

    answers(service, new byte[0], late, Code.DEADLINE_EXCEEDED);
  }

  @ParameterizedTest
  @EnumSource(Service.class)
  void reflectionNamesTheService(Service service) throws Exception {
    ManagedChannel channel = Channels.plaintext(services.address(service));
    try {
      CompletableFuture<ServerReflectionResponse> reply = new CompletableFuture<>();
      StreamObserver<ServerReflectionRequest> requests =
          ServerReflectionGrpc.newStub(channel)
              .serverReflectionInfo(
                  new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                      reply.complete(response);
                    }

                    @Override
                    public void onError(Throwable failure) {
                      reply.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {}
                  });
      requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());

      assertThat(reply.get(30, TimeUnit.SECONDS).getListServicesResponse().getServiceList())
          .extracting(found -> found.getName())
          .contains(
              method(service).getServiceName(),
              "grpc.health.v1.Health",
              "grpc.channelz.v1.Channelz");
      requests.onCompleted();
    } finally {
      channel.shutdownNow();
    }
  }

  private StatusRuntimeException answers(
      Service service, byte[] message, CallOptions options, Code... codes) {
    ManagedChannel channel = Channels.plaintext(services.address(service));
    try {
      StatusRuntimeException failure =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> ClientCalls.blockingUnaryCall(channel, method(service), options, message));

      assertThat(failure.getStatus().getCode()).isIn((Object[]) codes);
      assertThat(
              HealthGrpc.newBlockingStub(channel)
                  .withWaitForReady()
                  .withDeadlineAfter(30, TimeUnit.SECONDS)
                  .check(HealthCheckRequest.getDefaultInstance())
                  .getStatus())
          .isEqualTo(ServingStatus.SERVING);
      return failure;
    } finally {
      channel.shutdownNow();
    }
  }

  private static MethodDescriptor<byte[], byte[]> method(Service service) {
    String name =
        switch (service) {
          case ENCODER -> "mnestic.encoder.v1.EncoderService/Encode";
          case STORE -> "mnestic.memory.v1.MemoryStoreService/WriteMemories";
          case ORCHESTRATOR -> "mnestic.orchestrator.v1.OrchestratorService/AppendTurns";
        };
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(name)
        .setRequestMarshaller(new Bytes())
        .setResponseMarshaller(new Bytes())
        .build();
  }

  /** Messages as they stand on the wire, right or wrong. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
