package io.mnestic.encoder.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.mnestic.encoder.folder.Family;
import io.mnestic.encoder.folder.RandomModel;
import io.mnestic.encoder.folder.ReferenceEncoder;
import io.mnestic.encoder.v1.Precision;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each kernel's graph against the float64 reference, those for GPUs too: they run on a CPU as well.
 */
class KernelIT {
  private static final int[] IDS = {2, 7, 9, 11, 5, 3};
  private static final int[] SHORTER = {2, 8, 3};

  @TempDir private Path folder;

  @BeforeAll
  static void startEngine() throws Exception {
    // Sets up DJL as the service does.
    new TorchEngine(
        new EngineSettings(
            "cpu",
            false,
            "float32",
            1,
            Path.of(System.getProperty("mnestic.encoder.cache-dir", "target/cache"))));
  }

  @ParameterizedTest
  @CsvSource({
    "ONEDNN,BERT,1e-4",
    "ONEDNN,ROBERTA,1e-4",
    "PLAIN,BERT,1e-4",
    "PLAIN,DISTILBERT,1e-4",
    "PLAIN_FLOAT16,BERT,2e-2",
    "PLAIN_FLOAT16,XLM_ROBERTA,2e-2",
    "FBGEMM_FLOAT16,BERT,2e-2"
  })
  void statesAreThoseOfTheWeights(Kernel kernel, Family family, double tolerance) throws Exception {
    RandomModel random = new RandomModel(family, 0, 5);
    // In one batch with a shorter text, so that padding is masked.
    List<Output> outputs = run(random, kernel);
    ReferenceEncoder reference = ReferenceEncoder.of(random);
    for (int text = 0; text < 2; text++) {
      int[] ids = text == 0 ? IDS : SHORTER;
      double[][] expected = reference.tokenVectors(ids, new int[ids.length]);
      float[][] states = outputs.get(text).tokens();
      assertThat(states.length).isEqualTo(ids.length);
      for (int token = 0; token < ids.length; token++) {
        for (int i = 0; i < RandomModel.HIDDEN; i++) {
          assertThat(Math.abs(states[token][i] - expected[token][i]))
              .as("text %d token %d number %d", text, token, i)
              .isLessThan(tolerance);
        }
      }
    }
  }

  @Test
  void eightBitsAreNear() throws Exception {
    RandomModel random = new RandomModel(Family.BERT, 0, 5);
    double[] expected = ReferenceEncoder.of(random).tokenVectors(IDS, new int[IDS.length])[0];
    float[] actual = run(random, Kernel.FBGEMM_INT8).getFirst().tokens()[0];
    double dot = 0;
    double squares = 0;
    for (int i = 0; i < actual.length; i++) {
      dot += actual[i] * expected[i];
      squares += (double) actual[i] * actual[i];
    }
    double norm = Math.sqrt(Arrays.stream(expected).map(value -> value * value).sum());
    assertThat(dot / Math.sqrt(squares) / norm).isGreaterThan(0.98);
  }

  @Test
  void gpusHaveHalvesAndNoEighths() {
    assertThat(Kernel.of(Precision.PRECISION_FLOAT32, Device.gpu())).isEqualTo(Kernel.PLAIN);
    assertThat(Kernel.of(Precision.PRECISION_FLOAT16, Device.gpu()))
        .isEqualTo(Kernel.PLAIN_FLOAT16);
    assertThatThrownBy(() -> Kernel.of(Precision.PRECISION_INT8, Device.gpu()))
        .hasMessageContaining("FLOAT16 or FLOAT32");
  }

  private List<Output> run(RandomModel random, Kernel kernel) throws Exception {
    Path model = folder.resolve("model");
    random.write(model);
    ModelSpec spec = FolderModels.read(model);
    Path archive = folder.resolve("model.pt");
    try (OutputStream out = Files.newOutputStream(archive)) {
      ((WeightSource) spec.source())
          .read(
              folder,
              weights -> {
                BertGraph graph =
                    new BertGraph(weights, spec.architecture(), spec.pooling(), kernel);
                TorchScriptArchive.write(out, graph.code(), graph.parameters());
              });
    }
    try (TorchModel loaded =
        new TorchModel(archive, spec.architecture(), Program.ofGraph(spec), Device.cpu())) {
      return loaded.run(
          List.of(new Input(IDS, IDS.length, true), new Input(SHORTER, SHORTER.length, true)));
    }
  }
}
