package io.mnestic.encoder.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ModelFolderTest {
  private static final long SEED = 20_261_124;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void aSentenceModelIsDescribedByItsFiles(Family family) throws Exception {
    RandomModel model = new RandomModel(family, 0, SEED);
    model.write(folder);
    model.writeSentenceFiles(folder, FolderPooling.CLS);
    ModelFolder read = ModelFolder.read(folder);
    assertThat(read.pooling()).isEqualTo(FolderPooling.CLS);
    assertThat(read.normalized()).isTrue();
    assertThat(read.dimensions()).isEqualTo(32);
    assertThat(read.maxTokens()).isEqualTo(48);
    assertThat(read.queryPrompt()).isEqualTo("query: ");
    assertThat(read.documentPrompt()).isEqualTo("passage: ");
    assertThat(read.truncatable()).containsExactly(8, 16);
    assertThat(read.revision()).matches("[0-9a-f]{16}");
    boolean roberta = family == Family.ROBERTA || family == Family.XLM_ROBERTA;
    assertThat(read.paddingId()).isEqualTo(roberta ? 1 : 0);
    Transformer network = (Transformer) read.network();
    assertThat(network.family()).isEqualTo(family);
    assertThat(network.layers()).isEqualTo(2);
    assertThat(network.heads()).isEqualTo(4);
    assertThat(network.intermediate()).isEqualTo(64);
    assertThat(network.positionOffset()).isEqualTo(roberta ? 2 : 0);
    assertThat(network.positions()).isEqualTo(roberta ? 66 : 64);
    assertThat(network.types())
        .isEqualTo(family == Family.BERT ? 2 : family == Family.DISTILBERT ? 0 : 1);
    assertThat(network.epsilon()).isEqualTo(family == Family.DISTILBERT ? 1e-12 : 1e-5);
    assertThat(network.classifier()).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void withoutTheFilesTheMeanIsTakenOfAllPositions(Family family) throws Exception {
    new RandomModel(family, 0, SEED).write(folder);
    ModelFolder read = ModelFolder.read(folder);
    assertThat(read.pooling()).isEqualTo(FolderPooling.MEAN);
    assertThat(read.normalized()).isFalse();
    assertThat(read.maxTokens()).isEqualTo(64);
    assertThat(read.queryPrompt()).isEmpty();
    assertThat(read.truncatable()).isEmpty();
    // The authors' limits may be lower, and never raise it.
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"model_max_length\": 1e30}");
    assertThat(ModelFolder.read(folder).maxTokens()).isEqualTo(64);
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"model_max_length\": 60}");
    Files.writeString(folder.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 500}");
    assertThat(ModelFolder.read(folder).maxTokens()).isEqualTo(60);
  }

  @ParameterizedTest
  @EnumSource
  void weightsHaveTheNamesOfBert(Family family) throws Exception {
    RandomModel model = new RandomModel(family, 0, SEED);
    model.write(folder);
    CanonicalWeights weights = weights(folder);
    boolean distilled = model.distilled();
    Map<String, String> names = new LinkedHashMap<>();
    names.put("embeddings.word_embeddings.weight", "embeddings.word_embeddings.weight");
    names.put("embeddings.LayerNorm.bias", "embeddings.LayerNorm.bias");
    names.put(
        "encoder.layer.1.attention.self.query.weight",
        distilled
            ? "transformer.layer.1.attention.q_lin.weight"
            : "encoder.layer.1.attention.self.query.weight");
    names.put(
        "encoder.layer.1.attention.self.value.bias",
        distilled
            ? "transformer.layer.1.attention.v_lin.bias"
            : "encoder.layer.1.attention.self.value.bias");
    names.put(
        "encoder.layer.0.attention.output.LayerNorm.weight",
        distilled
            ? "transformer.layer.0.sa_layer_norm.weight"
            : "encoder.layer.0.attention.output.LayerNorm.weight");
    names.put(
        "encoder.layer.0.intermediate.dense.weight",
        distilled
            ? "transformer.layer.0.ffn.lin1.weight"
            : "encoder.layer.0.intermediate.dense.weight");
    names.put(
        "encoder.layer.0.output.dense.weight",
        distilled ? "transformer.layer.0.ffn.lin2.weight" : "encoder.layer.0.output.dense.weight");
    names.put(
        "encoder.layer.1.output.LayerNorm.bias",
        distilled
            ? "transformer.layer.1.output_layer_norm.bias"
            : "encoder.layer.1.output.LayerNorm.bias");
    names.forEach((name, own) -> {
      assertThat(weights.has(name)).isTrue();
      assertThat(weights.shape(name)).isEqualTo(model.tensor(own).shape());
      assertThat(floats(weights.values(name))).isEqualTo(model.tensor(own).values());
    });
    assertThat(weights.has("embeddings.token_type_embeddings.weight")).isEqualTo(!distilled);
    assertThat(weights.has("encoder.layer.2.output.dense.weight")).isFalse();
    assertThat(weights.has("classifier.weight")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "BERT,''",
    "BERT,bert.",
    "BERT,model.",
    "ROBERTA,0.auto_model.",
    "DISTILBERT,distilbert."
  })
  void aPrefixAndOldNamesOfNormsAreUnderstood(Family family, String prefix) throws Exception {
    RandomModel model = new RandomModel(family, 0, SEED);
    Map<String, RandomModel.Tensor> renamed = new LinkedHashMap<>();
    model.tensors.forEach((name, tensor) ->
        renamed.put(
            prefix
                + name.replace("LayerNorm.weight", "LayerNorm.gamma")
                    .replace("LayerNorm.bias", "LayerNorm.beta"),
            tensor));
    model.write(folder);
    Files.write(folder.resolve("model.safetensors"), RandomModel.safetensors(renamed));
    assertThat(floats(weights(folder).values("embeddings.LayerNorm.weight")))
        .isEqualTo(model.tensor("embeddings.LayerNorm.weight").values());
  }

  @ParameterizedTest
  @EnumSource(names = {"BERT", "ROBERTA", "XLM_ROBERTA"})
  void aCrossEncoderHasItsHead(Family family) throws Exception {
    RandomModel model = new RandomModel(family, 1, SEED);
    model.write(folder);
    ModelFolder read = ModelFolder.read(folder);
    assertThat(read.pooling()).isEqualTo(FolderPooling.NONE);
    assertThat(((Transformer) read.network()).classifier())
        .isEqualTo(new Transformer.Classifier(1));
    CanonicalWeights weights = weights(folder);
    List<String> head =
        family == Family.BERT
            ? List.of("pooler.dense.weight", "classifier.weight", "classifier.bias")
            : List.of("classifier.dense.weight", "classifier.out_proj.weight");
    for (String name : head) {
      String own = name.startsWith("pooler") ? "bert." + name : name;
      assertThat(floats(weights.values(name))).isEqualTo(model.tensor(own).values());
    }
  }

  @Test
  void theRevisionFollowsWhateverDecidesTheVectors() throws Exception {
    RandomModel model = new RandomModel(Family.BERT, 0, SEED);
    model.write(folder);
    model.writeSentenceFiles(folder, FolderPooling.CLS);
    List<String> revisions = new ArrayList<>();
    revisions.add(ModelFolder.read(folder).revision());
    assertThat(ModelFolder.read(folder).revision()).isEqualTo(revisions.getFirst());
    model.writeSentenceFiles(folder, FolderPooling.MEAN);
    revisions.add(ModelFolder.read(folder).revision());
    model.config.addProperty("layer_norm_eps", 1e-6);
    model.write(folder);
    revisions.add(ModelFolder.read(folder).revision());
    model.tensor("embeddings.LayerNorm.bias").values()[0] += 1;
    model.write(folder);
    revisions.add(ModelFolder.read(folder).revision());
    Files.writeString(folder.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 40}");
    revisions.add(ModelFolder.read(folder).revision());
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"model_max_length\": 30}");
    revisions.add(ModelFolder.read(folder).revision());
    Files.writeString(
        folder.resolve("config_sentence_transformers.json"), "{\"prompts\": {\"query\": \"q: \"}}");
    revisions.add(ModelFolder.read(folder).revision());
    assertThat(revisions).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "model_type; \"t5\"; only bert, roberta, xlm-roberta and distilbert",
        "architectures; [\"BertForQuestionAnswering\"]; must be an encoder",
        "hidden_act; \"swish\"; must be gelu",
        "hidden_act; 5; must be text",
        "position_embedding_type; \"relative_key\"; must be absolute",
        "is_decoder; true; only encoders",
        "num_attention_heads; 5; must divide the hidden size",
        "num_hidden_layers; 0; must be at least 1",
        "num_hidden_layers; 2.5; must be a whole number",
        "num_hidden_layers; null; num_hidden_layers is missing",
        "num_hidden_layers; 3; encoder.layer.2.attention.self.query.weight [32, 32] is missing",
        "num_hidden_layers; 1; is more than the layers",
        "hidden_size; 64; is [64, 32], not [64, 64]",
        "intermediate_size; 128; encoder.layer.0.intermediate.dense.weight is [64, 32], not [128, 32]",
        "max_position_embeddings; 512; embeddings.position_embeddings.weight is [64, 32], not [512, 32]",
        "type_vocab_size; 1; embeddings.token_type_embeddings.weight is [2, 32], not [1, 32]",
        "vocab_size; 50; different models",
        "pad_token_id; -1; must be an id of the vocabulary",
        "layer_norm_eps; 0; must be between 0 and 1",
        "matryoshka_dims; [64]; must be from 1 to hidden_size"
      })
  void aConfigThatDoesNotFitIsRefused(String key, String value, String message) throws Exception {
    RandomModel model = new RandomModel(Family.BERT, 0, SEED);
    if (key.equals("hidden_size")) {
      widen(model, "embeddings.");
    }
    if (key.equals("vocab_size")) {
      shorten(model, 50);
    }
    model.config.add(key, JsonParser.parseString(value));
    model.write(folder);
    refused(message);
  }

  @ParameterizedTest
  @CsvSource({
    "config.json,is missing",
    "tokenizer.json,is missing",
    "model.safetensors,is missing",
    "1_Pooling/config.json,is missing"
  })
  void aMissingFileIsNamed(String file, String message) throws Exception {
    RandomModel model = new RandomModel(Family.BERT, 0, SEED);
    model.write(folder);
    model.writeSentenceFiles(folder, FolderPooling.CLS);
    Files.delete(folder.resolve(file));
    refused(folder.resolve(file) + " " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "1_Pooling/config.json; {\"pooling_mode_max_tokens\": true}; pools by [max]: only cls or mean",
        "1_Pooling/config.json; {\"pooling_mode\": \"lasttoken\"}; pools by [lasttoken]",
        "1_Pooling/config.json; {\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": true}; only cls or mean",
        "1_Pooling/config.json; {}; pools by []",
        "1_Pooling/config.json; {\"pooling_mode\": \"mean\", \"include_prompt\": false}; include_prompt",
        "modules.json; [{\"type\": \"a.Transformer\"}, {\"type\": \"a.Pooling\"}, {\"type\": \"a.Dense\"}]; lists [Transformer, Pooling, Dense]",
        "modules.json; {}; must hold a list",
        "config_sentence_transformers.json; {\"default_prompt_name\": \"x\"}; default_prompt_name",
        "config_sentence_transformers.json; {\"prompts\": {\"query\": 1}}; must be text",
        "sentence_bert_config.json; {\"max_seq_length\": 0}; must be at least 1",
        "config.json; {; not well-formed JSON",
        "tokenizer.json; {}; model.vocab is missing",
        "model.safetensors; x; is cut short"
      })
  void aFileThatCanNotBeReadIsNamed(String file, String content, String message) throws Exception {
    RandomModel model = new RandomModel(Family.BERT, 0, SEED);
    model.write(folder);
    model.writeSentenceFiles(folder, FolderPooling.CLS);
    Files.writeString(folder.resolve(file), content);
    assertThatThrownBy(() -> ModelFolder.read(folder))
        .isInstanceOf(InvalidModel.class)
        .hasMessageContainingAll(folder.resolve(file).toString(), message);
  }

  @Test
  void onlyTheFirstOfManyProblemsAreListed() throws Exception {
    RandomModel model = new RandomModel(Family.BERT, 0, SEED);
    model.tensors.keySet().removeIf(name -> name.startsWith("encoder."));
    model.write(folder);
    refused("and 27 more");
  }

  @Test
  void weightsThatAreNoNumbersAreRefusedWhenOpened() throws Exception {
    RandomModel model = new RandomModel(Family.BERT, 0, SEED);
    model.tensor("encoder.layer.1.output.dense.bias").values()[3] = Float.NaN;
    model.write(folder);
    ModelFolder read = ModelFolder.read(folder);
    assertThatThrownBy(((Transformer) read.network())::openWeights)
        .isInstanceOf(InvalidModel.class)
        .hasMessageContaining("encoder.layer.1.output.dense.bias has the value NaN at 3");
  }

  @Test
  void aDistilledClassifierIsRefused() throws Exception {
    RandomModel model = new RandomModel(Family.DISTILBERT, 0, SEED);
    model.config.add(
        "architectures", JsonParser.parseString("[\"DistilBertForSequenceClassification\"]"));
    model.write(folder);
    refused("ForSequenceClassification of bert, roberta or xlm-roberta");
  }

  private void refused(String message) {
    assertThatThrownBy(() -> ModelFolder.read(folder))
        .isInstanceOf(InvalidModel.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(message);
  }

  private static CanonicalWeights weights(Path folder) throws IOException {
    return ((Transformer) ModelFolder.read(folder).network()).openWeights();
  }

  /** Embeddings as config.json has them, so that the layers are what does not fit. */
  private static void widen(RandomModel model, String part) {
    model.tensors.replaceAll((name, tensor) -> {
      if (!name.startsWith(part)) {
        return name.endsWith("query.weight")
            ? new RandomModel.Tensor(List.of(64, 32), new float[64 * 32])
            : tensor;
      }
      List<Integer> shape = new ArrayList<>(tensor.shape());
      shape.set(shape.size() - 1, 64);
      return new RandomModel.Tensor(shape, new float[2 * tensor.values().length]);
    });
  }

  private static void shorten(RandomModel model, int vocabulary) {
    model.tensors.put(
        "embeddings.word_embeddings.weight",
        new RandomModel.Tensor(List.of(vocabulary, 32), new float[vocabulary * 32]));
  }

  private static float[] floats(FloatBuffer buffer) {
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }
}
