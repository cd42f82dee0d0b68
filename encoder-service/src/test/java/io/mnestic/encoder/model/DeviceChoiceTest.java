package io.mnestic.encoder.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceChoiceTest {
  @ParameterizedTest
  @CsvSource({"auto,0,cpu", "auto,2,cuda:0", "cpu,2,cpu", "cuda:0,1,cuda:0", "cuda:3,4,cuda:3"})
  void takesWhatIsAsked(String setting, int cudaDevices, String device) {
    assertThat(DeviceChoice.name(DeviceChoice.of(setting, cudaDevices))).isEqualTo(device);
  }

  @ParameterizedTest
  @CsvSource({
    "cuda:0,0,sees 0 CUDA devices",
    "cuda:2,2,sees 2 CUDA devices",
    "cuda,1,'use auto, cpu or cuda:N'",
    "gpu,1,'use auto, cpu or cuda:N'",
    "cuda:-1,1,'use auto, cpu or cuda:N'",
    "CPU,0,'use auto, cpu or cuda:N'"
  })
  void saysWhatIsWrong(String setting, int cudaDevices, String message) {
    assertThatThrownBy(() -> DeviceChoice.of(setting, cudaDevices))
        .hasMessageContaining("mnestic.encoder.device '" + setting + "'")
        .hasMessageContaining(message);
  }
}
