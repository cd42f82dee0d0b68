package io.mnestic.encoder.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.mnestic.encoder.v1.Precision;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** PyTorch in this process, and the devices that models run on. */
@Singleton
public final class TorchEngine {
  private static final Logger LOG = LoggerFactory.getLogger(TorchEngine.class);
  private static final String PYTORCH = "PyTorch";

  private final ArchiveCache archives;
  private final List<Device> devices;
  private final EngineSettings settings;
  private final Precision precision;

  TorchEngine(EngineSettings settings) throws Exception {
    this.settings = settings;
    precision = settings.defaultPrecision();
    Path cache = settings.cache();
    configure(settings, cache.resolve("natives").toString());
    Engine engine = Patience.during("unpacking PyTorch", () -> Engine.getEngine(PYTORCH));
    devices = Devices.of(settings.devices(), settings.devicesRequired(), engine.getGpuCount());
    archives = new ArchiveCache(cache.resolve("models"));
    LOG.info(
        "PyTorch {} on {}, {} threads a batch, {} in all",
        engine.getVersion(),
        devices.stream().map(Devices::name).toList(),
        settings.threads(),
        settings.threads() * settings.workers());
  }

  /** Precision of requests that name none. */
  public Precision defaultPrecision() {
    return precision;
  }

  /**
   * How many batches a replica should run side by side: on a CPU one for each core, since cores
   * that share a batch wait for each other at each of its steps; on a GPU one, and one to follow.
   */
  public int workers(String device) {
    return device.startsWith("cuda") ? 2 : Math.max(1, settings.workers() / replicasOnCpu());
  }

  /**
   * Loads a model's weights onto each device, converting them first if that was not done yet.
   *
   * @throws IllegalArgumentException if a device does not have the precision
   */
  public List<TorchModel> load(ModelSpec spec, Precision precision) throws Exception {
    List<TorchModel> replicas = new ArrayList<>();
    try {
      for (Device device : devices) {
        replicas.add(
            switch (spec.source()) {
              case ScriptModel script -> load(spec, script, precision, device);
              case WeightSource weights -> load(spec, weights, precision, device);
            });
      }
      return replicas;
    } catch (Exception | Error e) {
      replicas.forEach(TorchModel::close);
      throw e;
    }
  }

  private TorchModel load(ModelSpec spec, WeightSource weights, Precision precision, Device device)
      throws Exception {
    Kernel kernel = Kernel.of(precision, device);
    Path archive =
        Patience.during(
            "converting the weights of " + spec.name(),
            () -> archives.archive(spec, weights, kernel));
    return Patience.during(
        "loading " + spec.name(),
        () -> new TorchModel(archive, spec.architecture(), Program.ofGraph(spec), device));
  }

  private TorchModel load(ModelSpec spec, ScriptModel script, Precision precision, Device device)
      throws Exception {
    if (precision != Precision.PRECISION_FLOAT32) {
      throw new IllegalArgumentException(
          "model '%s' is a TorchScript file and runs as it was made: use FLOAT32"
              .formatted(spec.name()));
    }
    return Patience.during(
        "loading " + spec.name(),
        () ->
            new TorchModel(
                script.script().file(), spec.architecture(), Program.of(script), device));
  }

  private int replicasOnCpu() {
    return Math.toIntExact(devices.stream().filter(device -> !device.isGpu()).count());
  }

  /** DJL takes its settings from system properties, and reads them when its engine starts. */
  private static void configure(EngineSettings settings, String natives) {
    // Each thread that runs batches asks OpenMP for itself how many may help it.
    ProcessEnvironment.setDefault("OMP_NUM_THREADS", String.valueOf(settings.threads()));
    // OpenMP's threads spin at the end of each step by default. Where another process holds a core,
    // a query then takes many times as long, since the spinning thread keeps the other from it.
    ProcessEnvironment.setDefault("OMP_WAIT_POLICY", "PASSIVE");
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("DJL_CACHE_DIR", natives);
    System.setProperty("ENGINE_CACHE_DIR", natives);
    System.setProperty("ai.djl.pytorch.num_threads", String.valueOf(settings.threads()));
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    // The profiling executor would compile anew for each new shape of a batch.
    System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
  }
}
