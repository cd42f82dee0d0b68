package io.mnestic.encoder.model;

import ai.djl.Device;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which device the setting {@code mnestic.encoder.device} means on this machine. */
final class DeviceChoice {
  private static final Pattern CUDA = Pattern.compile("cuda:(\\d{1,4})");

  private DeviceChoice() {}

  /**
   * The device to use.
   *
   * @param cudaDevices how many CUDA devices the engine sees
   * @throws IllegalArgumentException if the setting is not understood or its device is not there
   */
  static Device of(String setting, int cudaDevices) {
    if (setting.equals("cpu") || (setting.equals("auto") && cudaDevices == 0)) {
      return Device.cpu();
    }
    if (setting.equals("auto")) {
      return Device.gpu(0);
    }
    Matcher cuda = CUDA.matcher(setting);
    if (!cuda.matches()) {
      throw refused(setting, "is not understood: use auto, cpu or cuda:N");
    }
    int number = Integer.parseInt(cuda.group(1));
    if (number >= cudaDevices) {
      throw refused(
          setting,
          "is not there: PyTorch sees "
              + cudaDevices
              + " CUDA devices, numbered from 0; use auto or cpu, or the CUDA libraries of PyTorch");
    }
    return Device.gpu(number);
  }

  /** The name as settings and replies have it: {@code cpu} or {@code cuda:N}. */
  static String name(Device device) {
    return device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
  }

  private static IllegalArgumentException refused(String setting, String why) {
    return new IllegalArgumentException("mnestic.encoder.device '" + setting + "' " + why);
  }
}
