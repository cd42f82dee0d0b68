package io.mnestic.encoder.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void everyFloatTypeIsReadAsFloat32() throws Exception {
    ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    data.putFloat(1.5f).putFloat(-0.1f);
    data.putShort(Float.floatToFloat16(0.333f)).putShort(Float.floatToFloat16(-65504));
    data.putShort((short) 0x3f80).putShort((short) 0xc049);
    Safetensors read =
        open(
            """
            {"__metadata__": {"format": "pt"},
             "a": {"dtype": "F32", "shape": [1, 2], "data_offsets": [0, 8]},
             "b": {"dtype": "F16", "shape": [2], "data_offsets": [8, 12]},
             "c": {"dtype": "BF16", "shape": [2, 1], "data_offsets": [12, 16]}}
            """,
            data.array());
    assertThat(read.names()).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(read.shape("a")).containsExactly(1, 2);
    assertThat(values(read, "a")).containsExactly(1.5f, -0.1f);
    assertThat(values(read, "b"))
        .containsExactly(Float.float16ToFloat(Float.floatToFloat16(0.333f)), -65504);
    assertThat(values(read, "c")).containsExactly(1, -3.140625f);
  }

  @Test
  void aTensorOfAnotherTypeMayBeThereButIsNoWeight() throws Exception {
    Safetensors read =
        open(
            "{\"ids\": {\"dtype\": \"I64\", \"shape\": [1], \"data_offsets\": [0, 8]}}",
            new byte[8]);
    assertThat(read.shape("ids")).containsExactly(1);
    assertThatThrownBy(() -> read.values("ids"))
        .isInstanceOf(InvalidModel.class)
        .hasMessageContainingAll("model.safetensors", "ids has dtype I64");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [3], \"data_offsets\": [0, 8]}}; takes 12",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [3], \"data_offsets\": [0, 12]}}; cut short",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [-8, 0]}}; cut short",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [-2], \"data_offsets\": [0, 0]}}; the shape",
        "{\"a\": {\"dtype\": \"F32\", \"data_offsets\": [0, 4]}}; the shape",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [2147483647, 2147483647, 9], \"data_offsets\": [0, 8]}}; impossible shape",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [2.5], \"data_offsets\": [0, 8]}}; whole number",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [8]}}; a start and an end",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, {}]}}; two whole numbers",
        "{\"a\": {\"dtype\": \"Q4\", \"shape\": [2], \"data_offsets\": [0, 8]}}; unknown dtype 'Q4'",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]}}; 4 bytes follow",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [4, 8]}}; gap at byte 0",
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 8]}, \"b\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [4, 8]}}; overlap",
        "{\"a\": 1}; must be an object",
        "[]; must hold a JSON object",
        "{'a': 1}; not well-formed",
        "{} {}; not well-formed",
        "''; must hold a JSON object"
      })
  void aHeaderThatLiesIsRefused(String header, String message) {
    assertThatThrownBy(() -> open(header, new byte[8]))
        .isInstanceOf(InvalidModel.class)
        .hasMessageContainingAll("model.safetensors", message);
  }

  @Test
  void everyCutFileIsRefused() throws Exception {
    byte[] whole =
        RandomModel.safetensors(
            Map.of("a", new RandomModel.Tensor(List.of(2), new float[] {1, 2})));
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> open(cut)).as("%d bytes", length).isInstanceOf(InvalidModel.class);
    }
    assertThat(values(open(whole), "a")).containsExactly(1, 2);
  }

  @ParameterizedTest
  @CsvSource({"-1", "9223372036854775807", "100000001", "9"})
  void aHeaderLengthBeyondTheFileIsRefused(long length) {
    byte[] file = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(InvalidModel.class)
        .hasMessageContaining("header is said to have");
  }

  @Test
  void shardsAreReadTogether() throws Exception {
    Files.write(
        folder.resolve("x-1.safetensors"),
        RandomModel.safetensors(Map.of("a", new RandomModel.Tensor(List.of(1), new float[] {1}))));
    Files.write(
        folder.resolve("x-2.safetensors"),
        RandomModel.safetensors(Map.of("b", new RandomModel.Tensor(List.of(1), new float[] {2}))));
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(
        index, "{\"weight_map\": {\"a\": \"x-1.safetensors\", \"b\": \"x-2.safetensors\"}}");
    Safetensors read = Safetensors.open(Safetensors.files(folder));
    assertThat(values(read, "a")).containsExactly(1);
    assertThat(values(read, "b")).containsExactly(2);

    Files.writeString(index, "{\"weight_map\": {\"a\": \"../x.safetensors\"}}");
    assertThatThrownBy(() -> Safetensors.files(folder)).hasMessageContaining("the same folder");
    Files.writeString(index, "{}");
    assertThatThrownBy(() -> Safetensors.files(folder)).hasMessageContaining("weight_map");
  }

  private Safetensors open(String header, byte[] data) throws Exception {
    return open(RandomModel.file(header, data));
  }

  private Safetensors open(byte[] content) throws Exception {
    Path file = Files.createTempDirectory(folder, "model").resolve("model.safetensors");
    Files.write(file, content);
    return Safetensors.open(List.of(file));
  }

  private static float[] values(Safetensors read, String name) {
    FloatBuffer buffer = read.values(name);
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }
}
