package io.mnestic.encoder.encode;

import io.grpc.Context;
import io.mnestic.encoder.batching.BatchingSettings;
import io.mnestic.encoder.batching.Lane;
import io.mnestic.encoder.model.BuiltInModels;
import io.mnestic.encoder.model.ModelSpec;
import io.mnestic.encoder.model.TorchEngine;
import io.mnestic.encoder.tokens.Tokenizers;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The models by name: the default loaded at start, the others by the first request for them. */
@Singleton
final class Models {
  private static final List<Integer> WARM_UP_LENGTHS = List.of(16, 64, 256, 16);

  private final TorchEngine engine;
  private final Tokenizers tokenizers;
  private final BatchingSettings batching;
  private final List<ModelSpec> specs = new ArrayList<>(BuiltInModels.ALL);
  private final Map<String, ServedModel> served = new ConcurrentHashMap<>();

  Models(
      EncoderSettings settings,
      TorchEngine engine,
      Tokenizers tokenizers,
      BatchingSettings batching) {
    this.engine = engine;
    this.tokenizers = tokenizers;
    this.batching = batching;
    ModelSpec standard = find(settings.defaultModel(), specs);
    specs.sort(Comparator.comparing(spec -> !spec.equals(standard)));
  }

  /** Every model, the default first. */
  List<ModelSpec> specs() {
    return specs;
  }

  /** The model of this name; of an empty one, the default. */
  ModelSpec spec(String name) {
    return name.isEmpty() ? specs.getFirst() : find(name, specs);
  }

  boolean isLoaded(ModelSpec spec) {
    return served.containsKey(spec.name());
  }

  /** Loads the model if this is its first use; callers that come meanwhile wait. */
  ServedModel serve(ModelSpec spec) {
    ServedModel ready = served.get(spec.name());
    return ready != null ? ready : served.computeIfAbsent(spec.name(), name -> load(spec));
  }

  @PreDestroy
  void close() {
    served.values().forEach(ServedModel::close);
  }

  /** Not in the caller's context: its deadline would end a load that others wait for too. */
  private ServedModel load(ModelSpec spec) {
    try {
      return Context.ROOT.call(
          () -> warm(new ServedModel(spec, tokenizers.of(spec), engine.load(spec), batching)));
    } catch (Exception e) {
      throw new IllegalStateException("model " + spec.name() + " can not be loaded", e);
    }
  }

  private static ServedModel warm(ServedModel model) {
    try {
      run(model);
      return model;
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /** PyTorch's first runs are slow: it builds its plan of the graph and its threads. */
  private static void run(ServedModel model) {
    int unknown = model.tokenizer().first();
    for (int length : WARM_UP_LENGTHS) {
      int[] ids = new int[Math.min(length, model.spec().maxTokens())];
      Arrays.fill(ids, unknown);
      model.queue().encode(List.of(ids, new int[] {unknown}), Lane.BULK);
    }
  }

  private static ModelSpec find(String name, List<ModelSpec> specs) {
    return specs.stream()
        .filter(spec -> spec.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            Refusal.of(
                    Reason.REASON_UNKNOWN_MODEL,
                    "no model is named '%s'; there are %s"
                        .formatted(name, specs.stream().map(ModelSpec::name).toList()))
                .withField("model"));
  }
}
