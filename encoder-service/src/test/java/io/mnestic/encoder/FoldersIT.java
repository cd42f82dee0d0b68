package io.mnestic.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mnestic.encoder.folder.Family;
import io.mnestic.encoder.folder.FolderPooling;
import io.mnestic.encoder.folder.RandomModel;
import io.mnestic.encoder.folder.ReferenceEncoder;
import io.mnestic.encoder.tokens.TextTokenizer;
import io.mnestic.encoder.tokens.Tokens;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.EncoderAdminServiceGrpc;
import io.mnestic.encoder.v1.LoadModelRequest;
import io.mnestic.encoder.v1.Model;
import io.mnestic.encoder.v1.Output;
import io.mnestic.encoder.v1.Passage;
import io.mnestic.encoder.v1.Precision;
import io.mnestic.encoder.v1.RerankMethod;
import io.mnestic.encoder.v1.RerankRequest;
import io.mnestic.encoder.v1.RerankResponse;
import io.mnestic.encoder.v1.RerankedDocument;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Users' own models, held against a float64 computation of their own weights. */
class FoldersIT {
  private static final long SEED = 20_261_124;
  private static final List<String> TEXTS =
      List.of("memory", "the river remembers the bank", "the dog and the river", "a");

  @TempDir private Path models;
  private RunningEncoder encoder;

  @BeforeEach
  void start() {
    encoder = RunningEncoder.start(Map.of("mnestic.encoder.models-dir", models));
  }

  @AfterEach
  void stop() {
    encoder.close();
  }

  @ParameterizedTest
  @CsvSource({
    "BERT,CLS",
    "BERT,MEAN",
    "ROBERTA,CLS",
    "ROBERTA,MEAN",
    "XLM_ROBERTA,MEAN",
    "XLM_ROBERTA,CLS",
    "DISTILBERT,MEAN",
    "DISTILBERT,CLS"
  })
  void vectorsAreThoseOfTheWeights(Family family, FolderPooling pooling) throws Exception {
    RandomModel model = new RandomModel(family, 0, SEED);
    model.write(models.resolve("mine"));
    model.writeSentenceFiles(models.resolve("mine"), pooling);
    EncodeResponse response =
        encoder
            .stub()
            .encode(
                EncodeRequest.newBuilder()
                    .setModel("mine")
                    .addAllTexts(TEXTS)
                    .setOutput(Output.OUTPUT_TEXT_AND_TOKENS)
                    .build());
    assertThat(response.getDimensions()).isEqualTo(RandomModel.HIDDEN);
    ReferenceEncoder reference = ReferenceEncoder.of(model);
    try (TextTokenizer tokenizer = tokenizer("mine")) {
      for (int i = 0; i < TEXTS.size(); i++) {
        // The document prompt of the folder's sentence files stands before each text.
        int[] prompt = tokens(tokenizer, response.getPrompt());
        int[] ids = framed(tokenizer, prompt, tokens(tokenizer, TEXTS.get(i)));
        Passage passage = response.getEncodings(i).getPassages(0);
        assertThat(response.getEncodings(i).getTokensUsed()).isEqualTo(ids.length);
        near(passage.getVectorList(), unit(reference.vector(ids, pooling)));
        double[][] tokens = reference.tokenVectors(ids, new int[ids.length]);
        int width = RandomModel.HIDDEN;
        assertThat(passage.getTokens().getIdsCount()).isEqualTo(ids.length - 2 - prompt.length);
        for (int t = 0; t < passage.getTokens().getIdsCount(); t++) {
          near(
              passage.getTokens().getVectorsList().subList(t * width, (t + 1) * width),
              unit(tokens[t + 1 + prompt.length]));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BERT", "ROBERTA", "XLM_ROBERTA"})
  void aCrossEncoderScoresPairs(Family family) throws Exception {
    RandomModel model = new RandomModel(family, 1, SEED);
    model.write(models.resolve("judge"));
    String query = "the river";
    RerankResponse response =
        encoder
            .stub()
            .rerank(
                RerankRequest.newBuilder()
                    .setModel("judge")
                    .setQuery(query)
                    .addAllDocuments(TEXTS)
                    .build());
    assertThat(response.getMethod()).isEqualTo(RerankMethod.RERANK_METHOD_CROSS_ENCODER);
    assertThat(response.getDocumentsList())
        .isSortedAccordingTo(Comparator.comparingDouble(RerankedDocument::getScore).reversed());
    ReferenceEncoder reference = ReferenceEncoder.of(model);
    try (TextTokenizer tokenizer = tokenizer("judge")) {
      int[] first = tokens(tokenizer, query);
      for (RerankedDocument document : response.getDocumentsList()) {
        int[] second = tokens(tokenizer, TEXTS.get(document.getIndex()));
        // BERT: [CLS] q [SEP] d [SEP], segments 0 and 1. RoBERTa: <s> q </s></s> d </s>, all 0.
        boolean bert = family == Family.BERT;
        List<Integer> ids = new ArrayList<>(List.of(tokenizer.first()));
        Arrays.stream(first).forEach(ids::add);
        ids.add(tokenizer.last());
        if (!bert) {
          ids.add(tokenizer.last());
        }
        int begin = ids.size();
        Arrays.stream(second).forEach(ids::add);
        ids.add(tokenizer.last());
        int[] types = IntStream.range(0, ids.size()).map(i -> bert && i >= begin ? 1 : 0).toArray();
        double logit =
            reference.logits(ids.stream().mapToInt(Integer::intValue).toArray(), types)[0];
        assertThat(document.getScore()).isCloseTo(1 / (1 + Math.exp(-logit)), within(1e-5));
      }
    }
    StatusRuntimeException refused = refused("judge");
    ErrorDetails.check(refused, Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", "model");
    assertThat(refused).hasMessageContaining("use Rerank");
  }

  @Test
  void aFolderThatChangedIsLoadedOnDemandAndListed() throws Exception {
    RandomModel before = new RandomModel(Family.BERT, 0, SEED);
    before.write(models.resolve("mine"));
    List<Float> old = vector("mine");
    String revision = encoder.model("mine").getRevision();
    new RandomModel(Family.BERT, 0, SEED + 1).write(models.resolve("mine"));
    assertThat(vector("mine")).isEqualTo(old);

    Model loaded =
        EncoderAdminServiceGrpc.newBlockingStub(encoder.channel())
            .loadModel(LoadModelRequest.newBuilder().setModel("mine").build())
            .getModel();
    assertThat(loaded.getRevision()).isNotEqualTo(revision);
    assertThat(loaded.getArchitecture()).isEqualTo("bert");
    assertThat(loaded.getPrecisionsList()).containsExactly(Precision.PRECISION_FLOAT32);
    assertThat(encoder.model("mine")).isEqualTo(loaded);
    assertThat(vector("mine")).isNotEqualTo(old);
  }

  @Test
  void aBrokenFolderIsRefusedWithItsReasonAndTheOthersGoOn() throws Exception {
    new RandomModel(Family.BERT, 0, SEED).write(models.resolve("good"));
    List<Float> good = vector("good");
    Path broken = models.resolve("broken");
    new RandomModel(Family.BERT, 0, SEED).write(broken);
    Files.writeString(
        broken.resolve("config.json"),
        Files.readString(broken.resolve("config.json"))
            .replaceAll("\"intermediate_size\":\\s*\\d+", "\"intermediate_size\": 99"));
    StatusRuntimeException shapes = refused("broken");
    ErrorDetails.check(shapes, Status.Code.FAILED_PRECONDITION, "MODEL_INVALID", "model");
    assertThat(shapes).hasMessageContaining("99");

    Path weights = broken.resolve("model.safetensors");
    new RandomModel(Family.BERT, 0, SEED).write(broken);
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(bytes, bytes.length - 4));
    assertThat(refused("broken")).hasMessageContaining("model.safetensors");

    // The running model answers as before, and so does a folder that is mended.
    assertThat(vector("good")).isEqualTo(good);
    Files.write(weights, bytes);
    assertThat(vector("broken")).isEqualTo(good);
  }

  @Test
  void aNameLeadsNowhereElse() throws Exception {
    Path outside = Files.createDirectories(models.resolveSibling(models.getFileName() + "-x"));
    new RandomModel(Family.BERT, 0, SEED).write(outside);
    for (String name : List.of("../" + outside.getFileName(), "/", ".", "..", "a/b")) {
      ErrorDetails.check(refused(name), Status.Code.NOT_FOUND, "UNKNOWN_MODEL", "model");
    }
  }

  @Test
  void aTorchScriptFileRunsAsItIs() throws Exception {
    // Any program that gives a vector for each text will do: here one that the service wrote
    // itself.
    RandomModel model = new RandomModel(Family.BERT, 0, SEED);
    model.write(models.resolve("mine"));
    List<Float> expected = vector("mine");
    Path script = Files.createDirectory(models.resolve("script"));
    try (Stream<Path> archives =
        Files.list(Path.of(System.getProperty("mnestic.encoder.cache-dir"), "models"))) {
      Path archive =
          archives
              .filter(file ->
                  file.getFileName()
                      .toString()
                      .startsWith("mine-" + encoder.model("mine").getRevision()))
              .findFirst()
              .orElseThrow();
      Files.copy(archive, script.resolve("model.pt"));
    }
    Files.copy(models.resolve("mine/tokenizer.json"), script.resolve("tokenizer.json"));
    Files.writeString(
        script.resolve("mnestic.json"),
        "{\"dimensions\": 32, \"max_tokens\": 64, \"pooling\": \"none\", \"inputs\": \"ids\"}");
    assertThat(vector("script")).isEqualTo(expected);
    assertThat(encoder.model("script").getArchitecture()).isEqualTo("torchscript");

    StatusRuntimeException int8 =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                encoder
                    .stub()
                    .encode(request("script").setPrecision(Precision.PRECISION_INT8).build()));
    ErrorDetails.check(int8, Status.Code.INVALID_ARGUMENT, "INVALID_FIELD", "precision");

    Path damaged = Files.createDirectory(models.resolve("damaged"));
    Files.copy(script.resolve("tokenizer.json"), damaged.resolve("tokenizer.json"));
    Files.copy(script.resolve("mnestic.json"), damaged.resolve("mnestic.json"));
    Files.writeString(damaged.resolve("model.pt"), "no program");
    ErrorDetails.check(
        refused("damaged"), Status.Code.FAILED_PRECONDITION, "MODEL_INVALID", "model");
  }

  private StatusRuntimeException refused(String model) {
    return catchThrowableOfType(StatusRuntimeException.class, () -> vector(model));
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
    return EncodeRequest.newBuilder().setModel(model).addTexts("the river remembers");
  }

  private TextTokenizer tokenizer(String model) throws Exception {
    return TextTokenizer.read(
        Files.newInputStream(models.resolve(model).resolve("tokenizer.json")));
  }

  private static int[] tokens(TextTokenizer tokenizer, String text) {
    Tokens tokens = tokenizer.tokenize(text);
    return tokens.ids(0, tokens.count());
  }

  private static int[] framed(TextTokenizer tokenizer, int[] prompt, int[] text) {
    return Stream.of(
            IntStream.of(tokenizer.first()),
            IntStream.of(prompt),
            IntStream.of(text),
            IntStream.of(tokenizer.last()))
        .flatMapToInt(ids -> ids)
        .toArray();
  }

  private static void near(List<Float> actual, double[] expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual.get(i)).isCloseTo(expected[i], within(1e-5));
    }
  }

  private static double[] unit(double[] vector) {
    double norm = Math.sqrt(Arrays.stream(vector).map(value -> value * value).sum());
    return Arrays.stream(vector).map(value -> value / norm).toArray();
  }
}
