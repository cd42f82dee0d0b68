package io.mnestic.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncoderAdminServiceGrpc;
import io.mnestic.encoder.v1.EncoderAdminServiceGrpc.EncoderAdminServiceBlockingStub;
import io.mnestic.encoder.v1.LoadModelRequest;
import io.mnestic.encoder.v1.Model;
import io.mnestic.encoder.v1.Precision;
import io.mnestic.encoder.v1.UnloadModelRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Models come and go while the service runs; here each has a replica on two devices. */
@TestInstance(Lifecycle.PER_CLASS)
class LoadingIT {
  private RunningEncoder encoder;
  private EncoderAdminServiceBlockingStub admin;

  @BeforeAll
  void start() {
    encoder = RunningEncoder.start(Map.of("mnestic.encoder.devices", "cpu,cpu"));
    admin = EncoderAdminServiceGrpc.newBlockingStub(encoder.channel());
  }

  @AfterAll
  void stop() {
    encoder.close();
  }

  @Test
  void loadsAndUnloadsInEachPrecision() {
    Model loaded = admin.loadModel(load("all-MiniLM-L6-v2", Precision.PRECISION_INT8)).getModel();
    assertThat(loaded.getPrecisionsList()).containsExactly(Precision.PRECISION_INT8);
    assertThat(loaded.getReplicas()).isEqualTo(2);
    assertThat(loaded.getDevice()).isEqualTo("cpu,cpu");
    admin.loadModel(load("all-MiniLM-L6-v2", Precision.PRECISION_UNSPECIFIED));
    assertThat(encoder.model("all-MiniLM-L6-v2").getPrecisionsList())
        .containsExactly(Precision.PRECISION_FLOAT32, Precision.PRECISION_INT8);

    assertThat(unload("all-MiniLM-L6-v2")).isTrue();
    assertThat(unload("all-MiniLM-L6-v2")).isFalse();
    assertThat(encoder.model("all-MiniLM-L6-v2").getLoaded()).isFalse();
    // The next request loads it again.
    assertThat(vector("all-MiniLM-L6-v2", "river")).hasSize(384);
    assertThat(encoder.model("all-MiniLM-L6-v2").getLoaded()).isTrue();
  }

  @Test
  void replicasAgreeAndUnloadingLosesNoRequest() {
    List<Float> expected = vector("bge-small-en-v1.5", "the river at noon");
    List<CompletableFuture<List<Float>>> calls =
        IntStream.range(0, 60)
            .mapToObj(i ->
                CompletableFuture.supplyAsync(() -> {
                  if (i % 20 == 10) {
                    unload("bge-small-en-v1.5");
                  }
                  return vector("bge-small-en-v1.5", "the river at noon");
                }))
            .toList();
    for (CompletableFuture<List<Float>> call : calls) {
      List<Float> vector = call.join();
      assertThat(
              IntStream.range(0, 384)
                  .allMatch(k -> Math.abs(vector.get(k) - expected.get(k)) <= 1e-6))
          .isTrue();
    }
  }

  @Test
  void aModelThatIsNotThereIsNamed() throws Exception {
    for (StatusRuntimeException refused :
        Stream.<Runnable>of(
                () -> admin.loadModel(load("gpt-99", Precision.PRECISION_UNSPECIFIED)),
                () -> unload("gpt-99"))
            .map(call -> catchThrowableOfType(StatusRuntimeException.class, call::run))
            .toList()) {
      ErrorDetails.check(refused, Status.Code.NOT_FOUND, "UNKNOWN_MODEL", "model");
    }
  }

  private boolean unload(String model) {
    return admin.unloadModel(UnloadModelRequest.newBuilder().setModel(model).build()).getUnloaded();
  }

  private List<Float> vector(String model, String text) {
    return encoder
        .stub()
        .encode(EncodeRequest.newBuilder().setModel(model).addTexts(text).build())
        .getEncodings(0)
        .getPassages(0)
        .getVectorList();
  }

  private static LoadModelRequest load(String model, Precision precision) {
    return LoadModelRequest.newBuilder().setModel(model).setPrecision(precision).build();
  }
}
