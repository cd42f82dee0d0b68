package io.mnestic.encoder.model;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which devices the setting {@code mnestic.encoder.devices} means on this machine. */
final class Devices {
  private static final Logger LOG = LoggerFactory.getLogger(Devices.class);
  private static final Pattern CUDA = Pattern.compile("cuda:(\\d{1,4})");
  private static final String CPU = "cpu";
  private static final String AUTO = "auto";

  private Devices() {}

  /**
   * The devices to use, each with a replica of every model.
   *
   * @param setting {@code auto} for every CUDA device, or else the CPU; or {@code cpu} and {@code
   *     cuda:N}, separated by commas; one named twice has two replicas
   * @param required whether a CUDA device that is not there fails the start; otherwise the others
   *     do, or the CPU, with a warning
   * @param cudaDevices how many CUDA devices the engine sees
   * @throws IllegalArgumentException if the setting is not understood or a required device is not
   *     there
   */
  static List<Device> of(String setting, boolean required, int cudaDevices) {
    if (setting.strip().equals(AUTO)) {
      if (cudaDevices == 0 && required) {
        throw refused(setting, missing(cudaDevices));
      }
      return cudaDevices == 0
          ? List.of(Device.cpu())
          : IntStream.range(0, cudaDevices).mapToObj(Device::gpu).toList();
    }
    List<Device> devices = new ArrayList<>();
    for (String name : setting.split(",", -1)) {
      String device = name.strip();
      Matcher cuda = CUDA.matcher(device);
      if (device.equals(CPU)) {
        devices.add(Device.cpu());
      } else if (!cuda.matches()) {
        throw refused(
            setting, "is not understood: use auto, or cpu and cuda:N with commas between");
      } else if (Integer.parseInt(cuda.group(1)) < cudaDevices) {
        devices.add(Device.gpu(Integer.parseInt(cuda.group(1))));
      } else if (required) {
        throw refused(setting, missing(cudaDevices));
      } else {
        LOG.warn(
            "mnestic.encoder.devices: {} {}; going on without it", device, missing(cudaDevices));
      }
    }
    return devices.isEmpty() ? List.of(Device.cpu()) : List.copyOf(devices);
  }

  /** The name as settings and replies have it: {@code cpu} or {@code cuda:N}. */
  static String name(Device device) {
    return device.isGpu() ? "cuda:" + device.getDeviceId() : CPU;
  }

  private static String missing(int cudaDevices) {
    return "is not there: PyTorch sees %d CUDA devices, numbered from 0".formatted(cudaDevices);
  }

  private static IllegalArgumentException refused(String setting, String why) {
    return new IllegalArgumentException("mnestic.encoder.devices '" + setting + "' " + why);
  }
}
