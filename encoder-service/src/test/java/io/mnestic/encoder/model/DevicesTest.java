package io.mnestic.encoder.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DevicesTest {
  @ParameterizedTest
  @CsvSource({
    "auto,0,cpu",
    "auto,1,cuda:0",
    "auto,2,'cuda:0,cuda:1'",
    "cpu,2,cpu",
    "'cpu,cpu',0,'cpu,cpu'",
    "cuda:0,1,cuda:0",
    "'cuda:3, cpu',4,'cuda:3,cpu'"
  })
  void takesWhatIsAsked(String setting, int cudaDevices, String devices) {
    assertThat(names(setting, true, cudaDevices, setting.equals("auto") && cudaDevices == 0))
        .isEqualTo(devices);
  }

  @ParameterizedTest
  @CsvSource({
    "cuda:0,0,cpu",
    "'cuda:0,cuda:2',2,cuda:0",
    "'cuda:7,cpu',1,cpu",
    "'cuda:1,cuda:2',1,cpu"
  })
  void goesOnWithoutWhatIsNotThereUnlessItIsRequired(
      String setting, int cudaDevices, String devices) {
    assertThat(names(setting, false, cudaDevices, false)).isEqualTo(devices);
    assertThatThrownBy(() -> Devices.of(setting, true, cudaDevices))
        .hasMessageContaining("sees " + cudaDevices + " CUDA devices");
  }

  @ParameterizedTest
  @CsvSource({"cuda,1", "gpu,1", "cuda:-1,1", "CPU,0", "'',0", "'cpu,',0", "'auto,cpu',1"})
  void saysWhatIsWrong(String setting, int cudaDevices) {
    assertThatThrownBy(() -> Devices.of(setting, false, cudaDevices))
        .hasMessageContaining("mnestic.encoder.devices '" + setting + "'")
        .hasMessageContaining("use auto, or cpu and cuda:N");
  }

  private static String names(
      String setting, boolean required, int cudaDevices, boolean notRequired) {
    return String.join(
        ",",
        Devices.of(setting, required && !notRequired, cudaDevices).stream()
            .map(Devices::name)
            .toList());
  }
}
