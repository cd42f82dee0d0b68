package io.mnestic.encoder.encode;

import io.mnestic.encoder.model.ModelSpec;
import io.mnestic.encoder.model.TorchEngine;
import io.mnestic.encoder.v1.ListModelsResponse;
import io.mnestic.encoder.v1.Model;
import jakarta.inject.Singleton;

/** Describes the models and tokenizers of this instance. */
@Singleton
public final class ListModels {
  private final Models models;
  private final CountTokens tokenizers;
  private final TorchEngine engine;

  ListModels(Models models, CountTokens tokenizers, TorchEngine engine) {
    this.models = models;
    this.tokenizers = tokenizers;
    this.engine = engine;
  }

  /** All of them, the default model first. */
  public ListModelsResponse list() {
    ListModelsResponse.Builder response = ListModelsResponse.newBuilder();
    for (ModelSpec spec : models.specs()) {
      boolean loaded = models.isLoaded(spec);
      response.addModels(
          Model.newBuilder()
              .setName(spec.name())
              .setRevision(spec.revision())
              .setDimensions(spec.dimensions())
              .setMaxTokens(spec.maxTokens())
              .setPooling(spec.pooling())
              .setQueryPrompt(spec.queryPrompt())
              .setLoaded(loaded)
              .setDevice(loaded ? engine.deviceName() : "")
              .setIsDefault(spec.equals(models.spec(""))));
    }
    return response.addAllTokenizers(tokenizers.names()).build();
  }
}
