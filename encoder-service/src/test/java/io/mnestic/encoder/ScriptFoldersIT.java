package io.mnestic.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mnestic.encoder.folder.Family;
import io.mnestic.encoder.folder.RandomModel;
import io.mnestic.encoder.model.TinyScript;
import io.mnestic.encoder.tokens.TextTokenizer;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.Model;
import io.mnestic.encoder.v1.Output;
import io.mnestic.encoder.v1.Passage;
import io.mnestic.encoder.v1.Precision;
import io.mnestic.encoder.v1.RerankRequest;
import io.mnestic.encoder.v1.RerankResponse;
import io.mnestic.encoder.v1.RerankedDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users' TorchScript files, held against their numbers computed here in float64. */
@TestInstance(Lifecycle.PER_CLASS)
class ScriptFoldersIT {
  private static final long SEED = 20_261_125;
  private static final String PROMPT = "passage: ";
  private static final List<String> TEXTS =
      List.of("memory", "the dog remembers the question of yesterday", "a good answer", "a");

  private Path models;
  private RunningEncoder encoder;

  @BeforeAll
  void start(@TempDir Path folder) {
    models = folder;
    encoder = RunningEncoder.start(Map.of("mnestic.encoder.models-dir", models));
  }

  @AfterAll
  void stop() {
    encoder.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "cls;ids",
        "mean;ids",
        "cls;ids,mask",
        "mean;ids,mask",
        "cls;ids,mask,types",
        "mean;ids,mask,types"
      })
  void vectorsArePooledFromItsTokens(String pooling, String inputs) throws Exception {
    String name = pooling + "-" + inputs.replace(',', '-');
    TinyScript script = write(name, pooling, inputs);
    EncodeResponse response =
        encoder
            .stub()
            .encode(
                EncodeRequest.newBuilder()
                    .setModel(name)
                    .addAllTexts(TEXTS)
                    .setOutput(Output.OUTPUT_TEXT_AND_TOKENS)
                    .build());
    assertThat(response.getDimensions()).isEqualTo(TinyScript.DIMENSIONS);
    assertThat(response.getPrompt()).isEqualTo(PROMPT);
    assertThat(encoder.model(name).getPooling().name()).endsWith(pooling.toUpperCase(Locale.ROOT));
    try (TextTokenizer tokenizer = Expected.tokenizer(models.resolve(name))) {
      for (int i = 0; i < TEXTS.size(); i++) {
        double[][] states = script.states(ids(tokenizer, TEXTS.get(i)));
        Passage passage = response.getEncodings(i).getPassages(0);
        Expected.near(
            passage.getVectorList(),
            Expected.unit(pooling.equals("cls") ? states[0] : Expected.mean(states)));
        double[][] own = own(tokenizer, states);
        assertThat(passage.getTokens().getIdsCount()).isEqualTo(own.length);
        for (int token = 0; token < own.length; token++) {
          Expected.near(
              passage
                  .getTokens()
                  .getVectorsList()
                  .subList(token * TinyScript.DIMENSIONS, (token + 1) * TinyScript.DIMENSIONS),
              Expected.unit(own[token]));
        }
      }
    }
  }

  @Test
  void documentsAreRankedByItsTokens() throws Exception {
    TinyScript script = write("ranker", "mean", "ids,mask,types");
    RerankResponse response =
        encoder
            .stub()
            .rerank(
                RerankRequest.newBuilder()
                    .setModel("ranker")
                    .setQuery("the answer")
                    .addAllDocuments(TEXTS)
                    .build());
    try (TextTokenizer tokenizer = Expected.tokenizer(models.resolve("ranker"))) {
      // No prompt stands before queries.
      int[] query =
          Expected.framed(tokenizer, new int[0], Expected.tokens(tokenizer, "the answer"));
      double[][] asked = script.states(query);
      for (RerankedDocument document : response.getDocumentsList()) {
        double[][] read =
            own(tokenizer, script.states(ids(tokenizer, TEXTS.get(document.getIndex()))));
        double score =
            Arrays.stream(asked, 1, asked.length - 1)
                .mapToDouble(token ->
                    Arrays.stream(read)
                        .mapToDouble(other -> cosine(token, other))
                        .max()
                        .orElseThrow())
                .average()
                .orElseThrow();
        assertThat(document.getScore()).isCloseTo(score, within(1e-5));
      }
    }
  }

  @Test
  void oneThatPoolsByItselfRunsAsItIs() throws Exception {
    // Any program that gives a vector for each text will do: here one that the service wrote
    // itself.
    new RandomModel(Family.BERT, 0, SEED).write(models.resolve("mine"));
    List<Float> expected = vector("mine");
    Path script = Files.createDirectory(models.resolve("pooled"));
    try (Stream<Path> archives =
        Files.list(Path.of(System.getProperty("mnestic.encoder.cache-dir"), "models"))) {
      String begin = "mine-" + encoder.model("mine").getRevision();
      Path archive =
          archives
              .filter(file -> file.getFileName().toString().startsWith(begin))
              .findFirst()
              .orElseThrow();
      Files.copy(archive, script.resolve("model.pt"));
    }
    Files.copy(models.resolve("mine/tokenizer.json"), script.resolve("tokenizer.json"));
    Files.writeString(
        script.resolve("mnestic.json"),
        "{\"dimensions\": 32, \"max_tokens\": 64, \"pooling\": \"none\", \"inputs\": \"ids\"}");
    assertThat(vector("pooled")).isEqualTo(expected);
    Model listed = encoder.model("pooled");
    assertThat(listed.getArchitecture()).isEqualTo("torchscript");

    refused(request("pooled").setPrecision(Precision.PRECISION_INT8), "precision", "FLOAT32");
    refused(request("pooled").setOutput(Output.OUTPUT_TOKENS), "output", "no vectors of tokens");
    RerankRequest rerank =
        RerankRequest.newBuilder().setModel("pooled").setQuery("a").addDocuments("a").build();
    StatusRuntimeException refused =
        catchThrowableOfType(StatusRuntimeException.class, () -> encoder.stub().rerank(rerank));
    ErrorDetails.check(refused, Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", "model");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "dimensions; 16; answers 8 numbers for a text, not the 16 of its dimensions",
        "dimensions; 4; answers 8 numbers for a text, not the 4 of its dimensions",
        "max_tokens; 5; it takes 5 tokens, and with its special tokens and prompt the shortest text has",
        "pooling; \"none\"; numbers for a text, not the 8 of its dimensions",
        "inputs; \"ids\"; fails on a plain input"
      })
  void oneThatIsNotAsDescribedIsRefused(String key, String value, String message) throws Exception {
    String name = "wrong-" + key + value.replace("\"", "");
    write(name, "mean", "ids,mask,types");
    Path description = models.resolve(name).resolve("mnestic.json");
    Files.writeString(
        description,
        Files.readString(description)
            .replaceAll("\"" + key + "\": [^\\n]*?(,?)\\n", "\"" + key + "\": " + value + "$1\n"));
    StatusRuntimeException refused =
        catchThrowableOfType(StatusRuntimeException.class, () -> vector(name));
    ErrorDetails.check(refused, Status.Code.FAILED_PRECONDITION, "MODEL_INVALID", "model");
    assertThat(refused).hasMessageContaining(name).hasMessageContaining(message);
  }

  @Test
  void aFileThatIsNoProgramIsRefused() throws Exception {
    write("damaged", "mean", "ids");
    Files.writeString(models.resolve("damaged/model.pt"), "no program");
    StatusRuntimeException refused =
        catchThrowableOfType(StatusRuntimeException.class, () -> vector("damaged"));
    ErrorDetails.check(refused, Status.Code.FAILED_PRECONDITION, "MODEL_INVALID", "model");
  }

  private TinyScript write(String name, String pooling, String inputs) throws IOException {
    TinyScript script = new TinyScript(inputs, SEED);
    script.write(
        models.resolve(name),
        """
        {
        "dimensions": 8,
        "max_tokens": 64,
        "pooling": "%s",
        "inputs": "%s",
        "document_prompt": "%s"
        }
        """
            .formatted(pooling, inputs, PROMPT));
    return script;
  }

  private void refused(EncodeRequest.Builder request, String field, String message)
      throws Exception {
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> encoder.stub().encode(request.build()));
    ErrorDetails.check(refused, Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", field);
    assertThat(refused).hasMessageContaining(message);
  }

  private List<Float> vector(String model) {
    return encoder
        .stub()
        .encode(request(model).build())
        .getEncodings(0)
        .getPassages(0)
        .getVectorList();
  }

  private static EncodeRequest.Builder request(String model) {
    return EncodeRequest.newBuilder().setModel(model).addTexts("the dog remembers");
  }

  private static int[] ids(TextTokenizer tokenizer, String text) {
    return Expected.framed(
        tokenizer, Expected.tokens(tokenizer, PROMPT), Expected.tokens(tokenizer, text));
  }

  /** Those of a document's tokens without the special ones and the prompt. */
  private static double[][] own(TextTokenizer tokenizer, double[][] states) {
    return Arrays.copyOfRange(
        states, 1 + Expected.tokens(tokenizer, PROMPT).length, states.length - 1);
  }

  private static double cosine(double[] left, double[] right) {
    double[] a = Expected.unit(left);
    double[] b = Expected.unit(right);
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
  }
}
