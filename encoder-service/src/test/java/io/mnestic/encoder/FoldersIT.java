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
    try (TextTokenizer tokenizer = Expected.tokenizer(models.resolve("mine"))) {
      for (int i = 0; i < TEXTS.size(); i++) {
        // The document prompt of the folder's sentence files stands before each text.
        int[] prompt = Expected.tokens(tokenizer, response.getPrompt());
        int[] ids = Expected.framed(tokenizer, prompt, Expected.tokens(tokenizer, TEXTS.get(i)));
        Passage passage = response.getEncodings(i).getPassages(0);
        assertThat(response.getEncodings(i).getTokensUsed()).isEqualTo(ids.length);
        Expected.near(passage.getVectorList(), Expected.unit(reference.vector(ids, pooling)));
        double[][] tokens = reference.tokenVectors(ids, new int[ids.length]);
        int width = RandomModel.HIDDEN;
        assertThat(passage.getTokens().getIdsCount()).isEqualTo(ids.length - 2 - prompt.length);
        for (int t = 0; t < passage.getTokens().getIdsCount(); t++) {
          Expected.near(
              passage.getTokens().getVectorsList().subList(t * width, (t + 1) * width),
              Expected.unit(tokens[t + 1 + prompt.length]));
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
    try (TextTokenizer tokenizer = Expected.tokenizer(models.resolve("judge"))) {
      int[] first = Expected.tokens(tokenizer, query);
      for (RerankedDocument document : response.getDocumentsList()) {
        int[] second = Expected.tokens(tokenizer, TEXTS.get(document.getIndex()));
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
  void aNameLeadsNowhereElse() throws Exception {
    Path outside = Files.createDirectories(models.resolveSibling(models.getFileName() + "-x"));
    new RandomModel(Family.BERT, 0, SEED).write(outside);
    for (String name : List.of("../" + outside.getFileName(), "/", ".", "..", "a/b")) {
      ErrorDetails.check(refused(name), Status.Code.NOT_FOUND, "UNKNOWN_MODEL", "model");
    }
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
}
