package io.mnestic.encoder.encode;

import io.grpc.Context;
import io.mnestic.encoder.batching.BatchingSettings;
import io.mnestic.encoder.batching.Lane;
import io.mnestic.encoder.batching.Outcome;
import io.mnestic.encoder.model.BuiltInModels;
import io.mnestic.encoder.model.Input;
import io.mnestic.encoder.model.ModelSpec;
import io.mnestic.encoder.model.TorchEngine;
import io.mnestic.encoder.tokens.Tokenizers;
import io.mnestic.encoder.v1.Precision;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The models in memory: the default loaded at start, the others by their first request. */
@Singleton
final class Models {
  private static final List<Integer> WARM_UP_LENGTHS = List.of(16, 64, 256, 16);

  private final TorchEngine engine;
  private final Catalog catalog;
  private final Tokenizers tokenizers;
  private final BatchingSettings batching;
  private final Map<Key, ServedModel> served = new ConcurrentHashMap<>();

  Models(TorchEngine engine, Catalog catalog, Tokenizers tokenizers, BatchingSettings batching) {
    this.engine = engine;
    this.catalog = catalog;
    this.tokenizers = tokenizers;
    this.batching = batching;
  }

  /**
   * The use of a model, loaded if this is its first; callers that come meanwhile wait.
   *
   * @param name empty for the default
   * @param precision UNSPECIFIED for the default
   * @throws Refusal UNKNOWN_MODEL, MODEL_INVALID, INVALID_FIELD
   */
  Lease lease(String name, Precision precision) {
    ModelSpec spec = catalog.spec(name);
    Key key = new Key(spec.name(), orDefault(precision));
    while (true) {
      ServedModel ready = served.get(key);
      ServedModel model =
          ready != null ? ready : served.computeIfAbsent(key, missing -> load(spec, key.precision));
      if (model.take()) {
        return new Lease(model);
      }
      served.remove(key, model);
    }
  }

  /**
   * Has the model as its files are now in memory, in place of what was there. If that fails, what
   * was there stays.
   *
   * @throws Refusal UNKNOWN_MODEL, MODEL_INVALID, INVALID_FIELD
   */
  ServedModel load(String name, Precision precision) {
    ModelSpec spec = catalog.latest(name);
    Key key = new Key(spec.name(), orDefault(precision));
    ServedModel before = served.get(key);
    if (before != null && before.spec().revision().equals(spec.revision())) {
      return before;
    }
    ServedModel now = load(spec, key.precision);
    catalog.replace(spec);
    ServedModel replaced = served.put(key, now);
    if (replaced != null) {
      replaced.retire();
    }
    retireOthers(spec);
    return now;
  }

  /** In other precisions a model is loaded anew by its next request. */
  private void retireOthers(ModelSpec latest) {
    for (ServedModel model : loaded(latest)) {
      if (!model.spec().revision().equals(latest.revision())
          && served.remove(new Key(latest.name(), model.precision()), model)) {
        model.retire();
      }
    }
  }

  /** Takes a model out of memory; whether it was there. */
  boolean unload(String name) {
    ModelSpec spec = catalog.spec(name);
    boolean any = false;
    for (Precision precision : Precision.values()) {
      Optional<ServedModel> model =
          Optional.ofNullable(served.remove(new Key(spec.name(), precision)));
      model.ifPresent(ServedModel::retire);
      any |= model.isPresent();
    }
    return any;
  }

  /** What replies to requests that name no precision carry as their revision. */
  String revision(ModelSpec spec) {
    return ServedModel.revision(spec, engine.defaultPrecision());
  }

  /** The model in all precisions that it has in memory. */
  List<ServedModel> loaded(ModelSpec spec) {
    return Arrays.stream(Precision.values())
        .map(precision -> Optional.ofNullable(served.get(new Key(spec.name(), precision))))
        .flatMap(Optional::stream)
        .toList();
  }

  @PreDestroy
  void close() {
    served.values().forEach(ServedModel::close);
  }

  private Precision orDefault(Precision precision) {
    return precision == Precision.PRECISION_UNSPECIFIED ? engine.defaultPrecision() : precision;
  }

  /** Not in the caller's context: its deadline would end a load that others wait for too. */
  private ServedModel load(ModelSpec spec, Precision precision) {
    try {
      return Context.ROOT.call(
          () -> warm(new ServedModel(spec, precision, tokenizers.of(spec), engine, batching)));
    } catch (IllegalArgumentException e) {
      throw Refusal.of(Reason.REASON_INVALID_FIELD, String.valueOf(e.getMessage()))
          .withField("precision");
    } catch (Refusal e) {
      throw e;
    } catch (Exception e) {
      // What comes with the service loads; a user's files may be wrong in ways only PyTorch sees.
      if (BuiltInModels.ALL.contains(spec)) {
        throw new IllegalStateException("model " + spec.name() + " can not be loaded", e);
      }
      throw invalid(spec, "can not be loaded: " + e.getMessage());
    }
  }

  /** PyTorch's messages go on with a trace. */
  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
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

  /** PyTorch's first runs are slow: it builds its plan of the graph. */
  private static void run(ServedModel model) {
    int first = model.tokenizer().first();
    for (int length : WARM_UP_LENGTHS) {
      int[] ids = new int[Math.min(length, model.spec().maxTokens())];
      Arrays.fill(ids, first);
      for (Outcome outcome :
          model.run(List.of(Input.of(ids), Input.of(new int[] {first})), Lane.QUERY)) {
        switch (outcome) {
          case Outcome.Failed failed ->
              throw invalid(model.spec(), "fails on a plain input: " + failed.cause().getMessage());
          case Outcome.Done done -> requireDimensions(model.spec(), done.output().vector().length);
        }
      }
    }
  }

  /** A user's program is taken at its word until it answers. */
  private static void requireDimensions(ModelSpec spec, int dimensions) {
    if (!spec.architecture().isCrossEncoder() && dimensions != spec.dimensions()) {
      throw invalid(
          spec,
          "answers %d numbers for a text, not the %d of its dimensions"
              .formatted(dimensions, spec.dimensions()));
    }
  }

  private static Refusal invalid(ModelSpec spec, String what) {
    return Refusal.of(
            Reason.REASON_MODEL_INVALID, "model '%s' %s".formatted(spec.name(), firstLine(what)))
        .withField("model");
  }

  private record Key(String name, Precision precision) {}
}
