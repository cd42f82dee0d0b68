package io.mnestic.encoder.folder;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A TorchScript program, whose description is in a file of our own. */
final class ScriptFolder {
  static final String DESCRIPTION = "mnestic.json";
  static final String PROGRAM = "model.pt";

  private static final String INPUTS = "inputs";
  private static final String POOLING = "pooling";
  private static final Set<String> KEYS =
      Set.of(
          "dimensions",
          "max_tokens",
          POOLING,
          "normalize",
          INPUTS,
          "padding_id",
          "query_prompt",
          "document_prompt");

  private ScriptFolder() {}

  static ModelFolder read(Path folder) {
    JsonFile description = JsonFile.read(folder.resolve(DESCRIPTION));
    description.onlyKeys(KEYS);
    Path program = folder.resolve(PROGRAM);
    Path tokenizer = folder.resolve("tokenizer.json");
    Revision revision = new Revision();
    for (Path file : List.of(program, tokenizer, description.file())) {
      revision.add(folder, file);
    }
    int paddingId = description.integer("padding_id", 0);
    if (paddingId < 0) {
      throw description.bad("padding_id", "must be at least 0");
    }
    return new ModelFolder(
        folder,
        tokenizer,
        new TorchScript(program, inputs(description)),
        description.size("dimensions"),
        description.size("max_tokens"),
        paddingId,
        pooling(description),
        description.flag("normalize", true),
        description.text("query_prompt", ""),
        description.text("document_prompt", ""),
        List.of(),
        revision.digits());
  }

  private static TorchScript.Inputs inputs(JsonFile description) {
    return switch (description.text(INPUTS, "ids,mask").replace(" ", "")) {
      case "ids" -> TorchScript.Inputs.IDS;
      case "ids,mask" -> TorchScript.Inputs.IDS_MASK;
      case "ids,mask,types" -> TorchScript.Inputs.IDS_MASK_TYPES;
      default -> throw description.bad(INPUTS, "must be ids or ids,mask or ids,mask,types");
    };
  }

  private static FolderPooling pooling(JsonFile description) {
    return switch (description.text(POOLING, "").toLowerCase(Locale.ROOT)) {
      case "none" -> FolderPooling.NONE;
      case "cls" -> FolderPooling.CLS;
      case "mean" -> FolderPooling.MEAN;
      default -> throw description.bad(POOLING, "must be none, cls or mean");
    };
  }
}
