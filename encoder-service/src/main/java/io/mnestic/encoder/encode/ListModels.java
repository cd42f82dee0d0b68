package io.mnestic.encoder.encode;

import io.mnestic.encoder.model.ModelSpec;
import io.mnestic.encoder.v1.ListModelsResponse;
import io.mnestic.encoder.v1.LoadModelRequest;
import io.mnestic.encoder.v1.LoadModelResponse;
import io.mnestic.encoder.v1.Model;
import io.mnestic.encoder.v1.UnloadModelRequest;
import io.mnestic.encoder.v1.UnloadModelResponse;
import jakarta.inject.Singleton;
import java.util.List;

/** Describes the models and tokenizers of this instance, and loads and unloads models. */
@Singleton
public final class ListModels {
  private final Models models;
  private final Catalog catalog;
  private final CountTokens tokenizers;

  ListModels(Models models, Catalog catalog, CountTokens tokenizers) {
    this.models = models;
    this.catalog = catalog;
    this.tokenizers = tokenizers;
  }

  /** All of them, the default model first. */
  public ListModelsResponse list() {
    return ListModelsResponse.newBuilder()
        .addAllModels(catalog.specs().stream().map(this::describe).toList())
        .addAllTokenizers(tokenizers.names())
        .build();
  }

  /** Has a model in memory as its files are now. */
  public LoadModelResponse load(LoadModelRequest request) {
    ServedModel loaded = models.load(request.getModel(), request.getPrecision());
    return LoadModelResponse.newBuilder().setModel(describe(loaded.spec())).build();
  }

  /** Takes a model out of memory. */
  public UnloadModelResponse unload(UnloadModelRequest request) {
    return UnloadModelResponse.newBuilder().setUnloaded(models.unload(request.getModel())).build();
  }

  private Model describe(ModelSpec spec) {
    List<ServedModel> loaded = models.loaded(spec);
    List<String> devices = loaded.isEmpty() ? List.of() : loaded.getFirst().devices();
    boolean vectors = !spec.architecture().isCrossEncoder();
    return Model.newBuilder()
        .setName(spec.name())
        .setRevision(models.revision(spec))
        .setDimensions(vectors ? spec.dimensions() : 0)
        .setMaxTokens(spec.maxTokens())
        .setPooling(spec.pooling())
        .setQueryPrompt(spec.queryPrompt())
        .setLoaded(!loaded.isEmpty())
        .setDevice(String.join(",", devices))
        .setIsDefault(spec.equals(catalog.spec("")))
        .addAllPrecisions(loaded.stream().map(ServedModel::precision).toList())
        .setTruncatable(!spec.shorter().isEmpty())
        .setCrossEncoder(!vectors)
        .setReplicas(devices.size())
        .setArchitecture(spec.architecture().family())
        .build();
  }
}
