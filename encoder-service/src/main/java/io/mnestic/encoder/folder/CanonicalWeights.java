package io.mnestic.encoder.folder;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A folder's weights under the names of BERT's encoder, whatever the family calls them: {@code
 * embeddings.word_embeddings.weight}, {@code encoder.layer.0.attention.self.query.weight}. Matrices
 * of linear layers are rows of outputs and columns of inputs. All that the model needs is there and
 * has the shape that {@code config.json} says; nothing else is.
 */
public final class CanonicalWeights implements Weights {
  private static final String WORDS = "embeddings.word_embeddings.weight";
  private static final int NAMED_PROBLEMS = 5;
  private static final String LAYER = "encoder.layer.";
  private static final String DISTILBERT_LAYER = "transformer.layer.";

  /** DistilBERT's names within a layer, by BERT's. */
  private static final Map<String, String> DISTILBERT =
      Map.of(
          "attention.self.query", "attention.q_lin",
          "attention.self.key", "attention.k_lin",
          "attention.self.value", "attention.v_lin",
          "attention.output.dense", "attention.out_lin",
          "attention.output.LayerNorm", "sa_layer_norm",
          "intermediate.dense", "ffn.lin1",
          "output.dense", "ffn.lin2",
          "output.LayerNorm", "output_layer_norm");

  private final Transformer model;
  private final Safetensors tensors;
  private final String prefix;
  private final String headPrefix;
  private final Map<String, List<Integer>> expected = new LinkedHashMap<>();
  private final Map<String, String> stored = new HashMap<>();

  private CanonicalWeights(Transformer model, Safetensors tensors) {
    this.model = model;
    this.tensors = tensors;
    prefix = prefix();
    String own = model.family().classPrefix.equals("XLMRoberta") ? "roberta." : ownName();
    headPrefix =
        prefix.endsWith(own) ? prefix.substring(0, prefix.length() - own.length()) : prefix;
    expectAll();
    resolve();
  }

  static CanonicalWeights open(Transformer model) {
    return new CanonicalWeights(model, Safetensors.open(model.weights()));
  }

  @Override
  public boolean has(String name) {
    return expected.containsKey(name);
  }

  @Override
  public List<Integer> shape(String name) {
    return tensors.shape(source(name));
  }

  @Override
  public FloatBuffer values(String name) {
    return tensors.values(source(name));
  }

  void checkFinite() {
    for (String name : expected.keySet()) {
      FloatBuffer values = values(name);
      for (int i = 0; i < values.limit(); i++) {
        if (!Float.isFinite(values.get(i))) {
          throw InvalidModel.of(
              tensors.file(source(name)),
              "%s has the value %s at %d: its vectors would not be numbers"
                  .formatted(source(name), values.get(i), i));
        }
      }
    }
  }

  private String source(String name) {
    @Nullable String source = stored.get(name);
    if (source == null) {
      throw new IllegalStateException("the model has no parameter " + name);
    }
    return source;
  }

  private String ownName() {
    return model.family().modelType + ".";
  }

  /** What stands before the encoder's names: "", "bert.", "0.auto_model.", ... */
  private String prefix() {
    List<String> found = tensors.names().stream().filter(name -> name.endsWith(WORDS)).toList();
    if (found.size() != 1) {
      throw InvalidModel.of(
          model.weights().getFirst(),
          "must have one tensor whose name ends in %s, and has %s".formatted(WORDS, found));
    }
    String name = found.getFirst();
    return name.substring(0, name.length() - WORDS.length());
  }

  private void expectAll() {
    int hidden = model.hidden();
    expected.put(WORDS, List.of(model.vocabulary(), hidden));
    expected.put("embeddings.position_embeddings.weight", List.of(model.positions(), hidden));
    if (model.types() > 0) {
      expected.put("embeddings.token_type_embeddings.weight", List.of(model.types(), hidden));
    }
    expectNorm("embeddings.LayerNorm");
    for (int i = 0; i < model.layers(); i++) {
      String layer = LAYER + i + ".";
      for (String part : List.of("query", "key", "value")) {
        expectLinear(layer + "attention.self." + part, hidden, hidden);
      }
      expectLinear(layer + "attention.output.dense", hidden, hidden);
      expectNorm(layer + "attention.output.LayerNorm");
      expectLinear(layer + "intermediate.dense", hidden, model.intermediate());
      expectLinear(layer + "output.dense", model.intermediate(), hidden);
      expectNorm(layer + "output.LayerNorm");
    }
    Transformer.@Nullable Classifier classifier = model.classifier();
    if (classifier == null) {
      return;
    }
    if (model.family() == Family.BERT) {
      expectLinear("pooler.dense", hidden, hidden);
      expectLinear("classifier", hidden, classifier.labels());
    } else {
      expectLinear("classifier.dense", hidden, hidden);
      expectLinear("classifier.out_proj", hidden, classifier.labels());
    }
  }

  private void expectLinear(String name, int inputs, int outputs) {
    expected.put(name + ".weight", List.of(outputs, inputs));
    expected.put(name + ".bias", List.of(outputs));
  }

  private void expectNorm(String name) {
    expected.put(name + ".weight", List.of(model.hidden()));
    expected.put(name + ".bias", List.of(model.hidden()));
  }

  private void resolve() {
    List<String> problems = new ArrayList<>();
    expected.forEach((name, shape) -> {
      String source = storedName(name);
      stored.put(name, source);
      if (!tensors.has(source)) {
        problems.add("%s %s is missing".formatted(source, shape));
      } else if (!tensors.shape(source).equals(shape)) {
        problems.add("%s is %s, not %s".formatted(source, tensors.shape(source), shape));
      }
    });
    // A layer more than config.json says would be left out without a word.
    String next = storedName(LAYER + model.layers() + ".attention.self.query.weight");
    if (tensors.has(next)) {
      problems.add(next + " is more than the layers of config.json");
    }
    if (!problems.isEmpty()) {
      int more = problems.size() - NAMED_PROBLEMS;
      throw InvalidModel.of(
          model.weights().getFirst(),
          "does not fit config.json: "
              + String.join("; ", problems.subList(0, Math.min(problems.size(), NAMED_PROBLEMS)))
              + (more > 0 ? "; and " + more + " more" : ""));
    }
  }

  private String storedName(String canonical) {
    String own = canonical;
    if (model.family() == Family.DISTILBERT && canonical.startsWith(LAYER)) {
      int part = canonical.indexOf('.', LAYER.length()) + 1;
      int parameter = canonical.lastIndexOf('.');
      String name = DISTILBERT.getOrDefault(canonical.substring(part, parameter), "");
      own =
          DISTILBERT_LAYER
              + canonical.substring(LAYER.length(), part)
              + name
              + canonical.substring(parameter);
    }
    String name = (canonical.startsWith("classifier") ? headPrefix : prefix) + own;
    // Checkpoints converted from TensorFlow.
    String old =
        name.replace("LayerNorm.weight", "LayerNorm.gamma")
            .replace("LayerNorm.bias", "LayerNorm.beta");
    return !tensors.has(name) && tensors.has(old) ? old : name;
  }
}
