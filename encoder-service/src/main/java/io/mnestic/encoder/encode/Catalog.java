package io.mnestic.encoder.encode;

import io.mnestic.encoder.model.BuiltInModels;
import io.mnestic.encoder.model.ModelSpec;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The models that there are, in memory or not. */
@Singleton
final class Catalog {
  private final List<ModelSpec> specs = new ArrayList<>(BuiltInModels.ALL);

  Catalog(EncoderSettings settings) {
    ModelSpec standard = find(settings.defaultModel());
    specs.sort(Comparator.comparing(spec -> !spec.equals(standard)));
  }

  /** Every model, the default first. */
  List<ModelSpec> specs() {
    return specs;
  }

  /**
   * The model of this name; of an empty one, the default.
   *
   * @throws Refusal UNKNOWN_MODEL
   */
  ModelSpec spec(String name) {
    return name.isEmpty() ? specs.getFirst() : find(name);
  }

  /** The same, after a look at its files. */
  ModelSpec refreshed(String name) {
    return spec(name);
  }

  private ModelSpec find(String name) {
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
