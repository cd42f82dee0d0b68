package io.mnestic.encoder.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** PyTorch in this process, and the device that models run on. */
@Singleton
public final class TorchEngine {
  private static final Logger LOG = LoggerFactory.getLogger(TorchEngine.class);
  private static final String PYTORCH = "PyTorch";

  private final ArchiveCache archives;
  private final Device device;

  TorchEngine(EngineSettings settings) throws Exception {
    Path cache = settings.cache();
    configure(settings, cache.resolve("natives").toString());
    Engine engine = Patience.during("unpacking PyTorch", () -> Engine.getEngine(PYTORCH));
    device = DeviceChoice.of(settings.device(), engine.getGpuCount());
    archives = new ArchiveCache(cache.resolve("models"));
    LOG.info(
        "PyTorch {} on {}, {} threads a batch",
        engine.getVersion(),
        deviceName(),
        settings.threads());
  }

  /** {@code cpu} or {@code cuda:N}. */
  public String deviceName() {
    return DeviceChoice.name(device);
  }

  /** Loads a model's weights, converting them first if that was not done yet. */
  public TorchModel load(ModelSpec spec) throws Exception {
    Path archive =
        Patience.during("converting the weights of " + spec.name(), () -> archives.archive(spec));
    return Patience.during("loading " + spec.name(), () -> new TorchModel(archive, device));
  }

  /** DJL takes its settings from system properties, and reads them when its engine starts. */
  private static void configure(EngineSettings settings, String natives) {
    // OpenMP's threads spin at the end of each step by default. Where another process holds a core,
    // a
    // query then takes many times as long, since the spinning thread keeps the other from
    // it.
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
