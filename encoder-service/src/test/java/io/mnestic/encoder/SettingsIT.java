package io.mnestic.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.Overflow;
import io.mnestic.encoder.v1.Precision;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings take effect: a small queue, another default model. */
class SettingsIT {
  @Test
  void aRequestThatCanNeverFitIsToldToShrink() throws Exception {
    try (RunningEncoder encoder =
        RunningEncoder.start(
            Map.of(
                "mnestic.encoder.queue-passages", 4,
                "mnestic.encoder.batch-tokens", 16,
                "mnestic.encoder.intra-op-threads", 1,
                "mnestic.encoder.default-model", "all-MiniLM-L6-v2"))) {
      EncodeResponse fits = encoder.stub().encode(texts(4).build());
      assertThat(fits.getModel()).isEqualTo("all-MiniLM-L6-v2");
      assertThat(fits.getEncodingsList()).hasSize(4);

      StatusRuntimeException refused =
          catchThrowableOfType(
              StatusRuntimeException.class, () -> encoder.stub().encode(texts(5).build()));
      ErrorDetails.check(refused, Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", "texts[4]");

      EncodeRequest.Builder passages =
          texts(1).addTexts("a ".repeat(900)).setOverflow(Overflow.OVERFLOW_PASSAGES);
      StatusRuntimeException long1 =
          catchThrowableOfType(
              StatusRuntimeException.class, () -> encoder.stub().encode(passages.build()));
      ErrorDetails.check(long1, Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", "texts[1]");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mnestic.encoder.devise,cpu,unknown configuration [mnestic.encoder.devise]",
    "mnestic.encoder.default-model,gpt-99,no model is named 'gpt-99'",
    "mnestic.encoder.batch-tokens,0,batchTokens",
    "mnestic.encoder.devices,gpu,'use auto, or cpu and cuda:N'",
    "mnestic.encoder.devices-required,true,PyTorch sees 0 CUDA devices",
    "mnestic.encoder.precision,bfloat16,'is not float32, float16 or int8'"
  })
  void aWrongSettingFailsTheStart(String key, String value, String message) {
    assertThatThrownBy(() -> RunningEncoder.start(Map.of(key, value)).close())
        .hasStackTraceContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"float32,''", "float16,-float16", "int8,-int8"})
  void aModelIsListedUnderTheRevisionThatRepliesCarry(String precision, String suffix) {
    try (RunningEncoder encoder =
        RunningEncoder.start(Map.of("mnestic.encoder.precision", precision))) {
      String listed = encoder.model("bge-small-en-v1.5").getRevision();
      assertThat(encoder.stub().encode(texts(1).build()).getModelRevision()).isEqualTo(listed);
      assertThat(
              encoder
                      .stub()
                      .encode(texts(1).setPrecision(Precision.PRECISION_FLOAT32).build())
                      .getModelRevision()
                  + suffix)
          .isEqualTo(listed);
    }
  }

  private static EncodeRequest.Builder texts(int count) {
    return EncodeRequest.newBuilder()
        .addAllTexts(IntStream.range(0, count).mapToObj(i -> "text number " + i).toList());
  }
}
