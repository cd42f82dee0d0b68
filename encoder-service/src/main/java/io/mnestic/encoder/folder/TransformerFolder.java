package io.mnestic.encoder.folder;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A folder in Hugging Face's layout. */
final class TransformerFolder {
  private static final String CLASSIFICATION = "ForSequenceClassification";

  /** Classes whose encoder is a sentence model once it pools. */
  private static final List<String> ENCODERS =
      List.of("Model", "ForMaskedLM", "ForPreTraining", "LMHeadModel");

  private static final Map<String, Activation> ACTIVATIONS =
      Map.of(
          "gelu", Activation.GELU,
          "gelu_new", Activation.GELU_TANH,
          "gelu_pytorch_tanh", Activation.GELU_TANH,
          "relu", Activation.RELU);

  /** PyTorch's layer norm would divide by a variance alone. */
  private static final double LEAST_EPSILON = 1e-20;

  private final SentenceFiles sentence;
  private final JsonFile config;
  private final Family family;
  private final int paddingId;

  private TransformerFolder(Path folder) {
    sentence = SentenceFiles.read(folder);
    config = JsonFile.read(sentence.transformer().resolve("config.json"));
    family = family();
    paddingId = config.integer("pad_token_id", family.defaultPaddingId);
  }

  static ModelFolder read(Path folder) {
    return new TransformerFolder(folder).read();
  }

  private ModelFolder read() {
    Transformer network = network();
    // Now, since a folder that does not fit is best refused before its gigabytes are hashed.
    CanonicalWeights.open(network);
    Path tokenizer = sentence.transformer().resolve("tokenizer.json");
    TokenizerFile.check(tokenizer, network.vocabulary());
    Revision revision = new Revision();
    network.weights().forEach(file -> revision.add(sentence.folder(), file));
    revision.add(sentence.folder(), config.file());
    revision.add(sentence.folder(), tokenizer);
    sentence.read().forEach(file -> revision.add(sentence.folder(), file));
    sentence.optional().forEach(file -> revision.add(sentence.folder(), file));
    Path limits = tokenizerConfig();
    if (Files.exists(limits)) {
      revision.add(sentence.folder(), limits);
    }
    return new ModelFolder(
        sentence.folder(),
        tokenizer,
        network,
        network.hidden(),
        maxTokens(network),
        paddingId,
        network.classifier() == null ? sentence.pooling() : FolderPooling.NONE,
        sentence.normalized(),
        sentence.queryPrompt(),
        sentence.documentPrompt(),
        sentence.truncatable(config, network.hidden()),
        revision.digits());
  }

  private Transformer network() {
    boolean distilled = family == Family.DISTILBERT;
    int hidden = config.size(distilled ? "dim" : "hidden_size");
    String headsKey = distilled ? "n_heads" : "num_attention_heads";
    int heads = config.size(headsKey);
    if (hidden % heads != 0) {
      throw config.bad(headsKey, "must divide the hidden size, which is " + hidden);
    }
    int vocabulary = config.size("vocab_size");
    int positions = config.size("max_position_embeddings");
    int offset = family.positionOffset(paddingId);
    if (paddingId < 0 || paddingId >= vocabulary) {
      throw config.bad("pad_token_id", "must be an id of the vocabulary");
    }
    if (positions <= offset) {
      throw config.bad("max_position_embeddings", "leaves no position for a token");
    }
    refuseOtherArithmetic();
    return new Transformer(
        family,
        config.size(distilled ? "n_layers" : "num_hidden_layers"),
        heads,
        hidden,
        config.size(distilled ? "hidden_dim" : "intermediate_size"),
        vocabulary,
        positions,
        offset,
        distilled ? 0 : config.size("type_vocab_size", 2),
        distilled ? 1e-12 : epsilon(),
        activation(distilled ? "activation" : "hidden_act"),
        classifier(),
        Safetensors.files(sentence.transformer()));
  }

  private void refuseOtherArithmetic() {
    if (!config.text("position_embedding_type", "absolute").equals("absolute")) {
      throw config.bad("position_embedding_type", "must be absolute");
    }
    for (String key : List.of("is_decoder", "add_cross_attention")) {
      if (config.flag(key, false)) {
        throw config.bad(key, "must be false: only encoders can be read");
      }
    }
  }

  private double epsilon() {
    double epsilon = config.number("layer_norm_eps", 1e-12);
    if (!(epsilon >= LEAST_EPSILON && epsilon < 1)) {
      throw config.bad("layer_norm_eps", "must be between 0 and 1");
    }
    return epsilon;
  }

  private Activation activation(String key) {
    @Nullable Activation activation = ACTIVATIONS.get(config.text(key, "gelu"));
    if (activation == null) {
      throw config.bad(key, "must be gelu, gelu_new, gelu_pytorch_tanh or relu");
    }
    return activation;
  }

  private Family family() {
    String modelType = config.text("model_type", "");
    String architecture = architecture();
    @Nullable Family named =
        modelType.isEmpty() ? Family.ofClass(architecture) : Family.of(modelType);
    if (named == null) {
      throw InvalidModel.of(
          config.file(),
          "model_type is '%s' and architectures '%s': only bert, roberta, xlm-roberta and distilbert can be read"
              .formatted(modelType, architecture));
    }
    return named;
  }

  private String architecture() {
    List<String> architectures = config.texts("architectures");
    return architectures.isEmpty() ? "" : architectures.getFirst();
  }

  /** The head, unless a list of modules says that the encoder alone is meant. */
  private Transformer.@Nullable Classifier classifier() {
    String architecture = architecture();
    if (sentence.listed() || architecture.isEmpty()) {
      return null;
    }
    String kind = architecture.substring(kindStart(architecture));
    if (ENCODERS.contains(kind)) {
      return null;
    }
    if (!kind.equals(CLASSIFICATION) || family == Family.DISTILBERT) {
      throw config.bad(
          "architectures",
          "must be an encoder (%s%s), or %s of bert, roberta or xlm-roberta"
              .formatted(family.classPrefix, "Model", CLASSIFICATION));
    }
    JsonFile names = config.part("id2label");
    int stated = names.root().size();
    // Two labels of the default names are left out of the file.
    return new Transformer.Classifier(stated > 0 ? stated : config.size("num_labels", 2));
  }

  private int kindStart(String architecture) {
    return architecture.startsWith(family.classPrefix) ? family.classPrefix.length() : 0;
  }

  private Path tokenizerConfig() {
    return sentence.transformer().resolve("tokenizer_config.json");
  }

  private int maxTokens(Transformer network) {
    int room = network.positions() - network.positionOffset();
    // The tokenizer's may be 10^30, for "none".
    double stated = JsonFile.readIfPresent(tokenizerConfig()).number("model_max_length", room);
    int most = stated >= 1 && stated < room ? (int) stated : room;
    return Math.min(most, sentence.maxTokens(most));
  }
}
