package io.mnestic.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mnestic.encoder.folder.Family;
import io.mnestic.encoder.folder.FolderPooling;
import io.mnestic.encoder.folder.RandomModel;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.EncoderAdminServiceGrpc;
import io.mnestic.encoder.v1.EncoderAdminServiceGrpc.EncoderAdminServiceBlockingStub;
import io.mnestic.encoder.v1.LoadModelRequest;
import io.mnestic.encoder.v1.Model;
import io.mnestic.encoder.v1.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Folders that can not be used are refused with the reason, and what runs goes on. */
class BrokenFoldersIT {
  private static final long SEED = 20_261_124;

  @TempDir private Path models;
  private RunningEncoder encoder;
  private EncoderAdminServiceBlockingStub admin;

  /** What can happen to a folder's files. */
  enum Damage {
    CUT_WEIGHTS("model.safetensors"),
    NO_WEIGHTS("model.safetensors is missing"),
    WEIGHTS_THAT_ARE_NO_NUMBERS("has the value NaN"),
    SHAPES_OF_ANOTHER_CONFIG("99"),
    ANOTHER_ARCHITECTURE("only bert, roberta, xlm-roberta and distilbert"),
    NO_TOKENIZER("tokenizer.json is missing"),
    NO_ROOM_FOR_A_TEXT("it takes 3 tokens");

    private final String message;

    Damage(String message) {
      this.message = message;
    }

    void happenTo(Path folder) throws Exception {
      Path weights = folder.resolve("model.safetensors");
      switch (this) {
        case CUT_WEIGHTS -> {
          byte[] bytes = Files.readAllBytes(weights);
          Files.write(weights, Arrays.copyOf(bytes, bytes.length - 4));
        }
        case NO_WEIGHTS -> Files.delete(weights);
        case WEIGHTS_THAT_ARE_NO_NUMBERS -> {
          RandomModel model = new RandomModel(Family.BERT, 0, SEED);
          model.tensor("encoder.layer.0.output.dense.weight").values()[7] = Float.NaN;
          model.write(folder);
        }
        case SHAPES_OF_ANOTHER_CONFIG ->
            config(folder, "\"intermediate_size\":\\s*\\d+", "\"intermediate_size\": 99");
        case ANOTHER_ARCHITECTURE ->
            config(folder, "\"model_type\":\\s*\"bert\"", "\"model_type\": \"t5\"");
        case NO_TOKENIZER -> Files.delete(folder.resolve("tokenizer.json"));
        case NO_ROOM_FOR_A_TEXT ->
            Files.writeString(
                folder.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 3}");
      }
    }

    private static void config(Path folder, String before, String after) throws Exception {
      Path file = folder.resolve("config.json");
      String changed = Files.readString(file).replaceAll(before, after);
      assertThat(changed).contains(after);
      Files.writeString(file, changed);
    }
  }

  @BeforeEach
  void start() {
    encoder = RunningEncoder.start(Map.of("mnestic.encoder.models-dir", models));
    admin = EncoderAdminServiceGrpc.newBlockingStub(encoder.channel());
  }

  @AfterEach
  void stop() {
    encoder.close();
  }

  @ParameterizedTest
  @EnumSource
  void aRunningModelGoesOnAsItWasAndTakesItsFolderOnceItIsMended(Damage damage) throws Exception {
    write(SEED);
    EncodeResponse before = encode(Precision.PRECISION_FLOAT32);
    Model listed = encoder.model("mine");
    damage.happenTo(models.resolve("mine"));

    StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, this::load);
    ErrorDetails.check(refused, Status.Code.FAILED_PRECONDITION, "MODEL_INVALID", "model");
    assertThat(refused).hasMessageContaining("'mine'").hasMessageContaining(damage.message);
    assertThat(encode(Precision.PRECISION_FLOAT32)).isEqualTo(before);
    assertThat(encoder.model("mine")).isEqualTo(listed);

    write(SEED + 1);
    assertThat(load().getRevision()).isNotEqualTo(listed.getRevision());
    assertThat(encode(Precision.PRECISION_FLOAT32)).isNotEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void oneThatWasNeverGoodIsNamedAndOthersGoOn(Damage damage) throws Exception {
    write(SEED);
    damage.happenTo(models.resolve("mine"));
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> encode(Precision.PRECISION_FLOAT32));
    ErrorDetails.check(refused, Status.Code.FAILED_PRECONDITION, "MODEL_INVALID", "model");
    assertThat(refused).hasMessageContaining("'mine'").hasMessageContaining(damage.message);
    assertThat(
            encoder
                .stub()
                .encode(EncodeRequest.newBuilder().addTexts("the river").build())
                .getDimensions())
        .isEqualTo(384);

    write(SEED);
    assertThat(load().getLoaded()).isTrue();
    assertThat(encode(Precision.PRECISION_FLOAT32).getDimensions()).isEqualTo(RandomModel.HIDDEN);
  }

  @Test
  void aNewFolderReplacesAllPrecisions() throws Exception {
    write(SEED);
    String first = load().getRevision();
    assertThat(encode(Precision.PRECISION_INT8).getModelRevision()).isEqualTo(first + "-int8");
    write(SEED + 1);
    Model loaded = load();
    assertThat(loaded.getPrecisionsList()).isEqualTo(List.of(Precision.PRECISION_FLOAT32));
    assertThat(encode(Precision.PRECISION_INT8).getModelRevision())
        .isEqualTo(loaded.getRevision() + "-int8")
        .isNotEqualTo(first + "-int8");
  }

  private void write(long seed) throws Exception {
    Path folder = models.resolve("mine");
    RandomModel model = new RandomModel(Family.BERT, 0, seed);
    model.write(folder);
    model.writeSentenceFiles(folder, FolderPooling.MEAN);
  }

  private Model load() {
    return admin
        .loadModel(
            LoadModelRequest.newBuilder()
                .setModel("mine")
                .setPrecision(Precision.PRECISION_FLOAT32)
                .build())
        .getModel();
  }

  private EncodeResponse encode(Precision precision) {
    return encoder
        .stub()
        .encode(
            EncodeRequest.newBuilder()
                .setModel("mine")
                .addTexts("the river remembers")
                .setPrecision(precision)
                .build());
  }
}
