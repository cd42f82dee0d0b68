package io.mnestic.encoder.model;

import io.mnestic.encoder.folder.Activation;
import io.mnestic.encoder.folder.InvalidModel;
import io.mnestic.encoder.folder.ModelFolder;
import io.mnestic.encoder.folder.TorchScript;
import io.mnestic.encoder.folder.Transformer;
import io.mnestic.encoder.v1.Pooling;
import java.nio.file.Path;
import java.util.Locale;

/** The models that users bring. */
public final class FolderModels {
  private FolderModels() {}

  /**
   * Reads a model's folder; its name is the model's.
   *
   * @throws InvalidModel if it can not be served
   */
  public static ModelSpec read(Path path) {
    ModelFolder folder = ModelFolder.read(path);
    return new ModelSpec(
        path.getFileName().toString(),
        folder.revision(),
        switch (folder.network()) {
          case Transformer transformer -> architecture(folder, transformer);
          case TorchScript script ->
              new Architecture(
                  "torchscript",
                  0,
                  folder.dimensions(),
                  0,
                  folder.paddingId(),
                  0,
                  Activation.GELU,
                  0);
        },
        folder.maxTokens(),
        switch (folder.pooling()) {
          case CLS -> Pooling.POOLING_CLS;
          case MEAN -> Pooling.POOLING_MEAN;
          case NONE -> Pooling.POOLING_UNSPECIFIED;
        },
        folder.queryPrompt(),
        folder.documentPrompt(),
        folder.truncatable(),
        switch (folder.network()) {
          case Transformer transformer -> new FolderModel(folder.tokenizer(), transformer);
          case TorchScript script -> new ScriptModel(folder.tokenizer(), script, folder.pooling());
        });
  }

  private static Architecture architecture(ModelFolder folder, Transformer transformer) {
    return new Architecture(
        transformer.family().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        transformer.heads(),
        transformer.hidden(),
        transformer.epsilon(),
        folder.paddingId(),
        transformer.positionOffset(),
        transformer.activation(),
        transformer.classifier() == null ? 0 : transformer.classifier().labels());
  }
}
