package io.mnestic.encoder.folder;

import com.google.gson.JsonElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What sentence-transformers writes beside a transformer: which modules follow it, how it pools,
 * what stands before a text.
 *
 * @param folder the model's
 * @param transformer folder of the transformer's own files
 * @param listed whether there is a list of modules
 * @param normalized whether the vectors are made unit vectors
 * @param read files that decide the vectors
 */
record SentenceFiles(
    Path folder,
    Path transformer,
    boolean listed,
    FolderPooling pooling,
    boolean normalized,
    List<Path> read) {
  private static final String MODULES = "modules.json";
  private static final String SETTINGS = "config_sentence_transformers.json";
  private static final String LIMITS = "sentence_bert_config.json";
  private static final Map<String, FolderPooling> MODES =
      Map.of("cls", FolderPooling.CLS, "mean", FolderPooling.MEAN);
  private static final Map<String, String> MODE_KEYS =
      Map.of(
          "pooling_mode_cls_token", "cls",
          "pooling_mode_mean_tokens", "mean",
          "pooling_mode_max_tokens", "max",
          "pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens",
          "pooling_mode_weightedmean_tokens", "weightedmean",
          "pooling_mode_lasttoken", "lasttoken");

  /** Without the list a transformer's mean is taken, as sentence-transformers does. */
  static SentenceFiles read(Path folder) {
    Path modules = folder.resolve(MODULES);
    if (!Files.exists(modules)) {
      return new SentenceFiles(folder, folder, false, FolderPooling.MEAN, false, List.of());
    }
    JsonElement list = JsonFile.readElement(modules);
    if (!list.isJsonArray()) {
      throw InvalidModel.of(modules, "must hold a list of modules");
    }
    List<String> types = new ArrayList<>();
    List<Path> paths = new ArrayList<>();
    for (JsonElement element : list.getAsJsonArray()) {
      JsonFile module = new JsonFile(modules, JsonFile.object(modules, element));
      String type = module.text("type", "");
      types.add(type.substring(type.lastIndexOf('.') + 1));
      paths.add(folder.resolve(module.text("path", "")));
    }
    boolean normalized = types.equals(List.of("Transformer", "Pooling", "Normalize"));
    if (!normalized && !types.equals(List.of("Transformer", "Pooling"))) {
      throw InvalidModel.of(
          modules,
          "lists %s: only Transformer, Pooling and, after them, Normalize can be read"
              .formatted(types));
    }
    Path pooling = paths.get(1).resolve("config.json");
    return new SentenceFiles(
        folder,
        paths.getFirst(),
        true,
        pooling(JsonFile.read(pooling)),
        normalized,
        List.of(modules, pooling));
  }

  private static FolderPooling pooling(JsonFile config) {
    List<String> modes = new ArrayList<>();
    if (config.has("pooling_mode")) {
      modes.add(config.text("pooling_mode", ""));
    } else {
      MODE_KEYS.forEach((key, mode) -> {
        if (config.flag(key, false)) {
          modes.add(mode);
        }
      });
    }
    if (modes.size() != 1 || !MODES.containsKey(modes.getFirst())) {
      throw InvalidModel.of(
          config.file(), "pools by %s: only cls or mean can be read".formatted(modes));
    }
    if (!config.flag("include_prompt", true)) {
      throw config.bad("include_prompt", "must be true: the prompt takes part in the vector");
    }
    return MODES.getOrDefault(modes.getFirst(), FolderPooling.NONE);
  }

  /** Of the files that need not be there, those that are: prompts and the longest input. */
  List<Path> optional() {
    return Stream.of(folder.resolve(SETTINGS), transformer.resolve(LIMITS))
        .filter(Files::exists)
        .toList();
  }

  /** Longest input that its authors set, or the given if they set none. */
  int maxTokens(int otherwise) {
    return JsonFile.readIfPresent(transformer.resolve(LIMITS)).size("max_seq_length", otherwise);
  }

  private JsonFile settings() {
    return JsonFile.readIfPresent(folder.resolve(SETTINGS));
  }

  /** What stands before a query, or empty. */
  String queryPrompt() {
    return prompt(List.of("query"));
  }

  /** What stands before a document, or empty. */
  String documentPrompt() {
    return prompt(List.of("document", "passage", "corpus"));
  }

  private String prompt(List<String> names) {
    JsonFile settings = settings();
    JsonFile prompts = settings.part("prompts");
    String chosen = settings.text("default_prompt_name", "");
    if (!chosen.isEmpty() && !prompts.has(chosen)) {
      throw settings.bad("default_prompt_name", "must be one of prompts");
    }
    return Stream.concat(names.stream(), Stream.of(chosen))
        .filter(prompts::has)
        .findFirst()
        .map(name -> prompts.text(name, ""))
        .orElse("");
  }

  /** Lengths that a vector can be cut to (Kusupati et al. 2022), shortest first. */
  List<Integer> truncatable(JsonFile config, int hidden) {
    for (JsonFile file : List.of(config, settings())) {
      for (String key : List.of("matryoshka_dims", "matryoshka_dimensions")) {
        List<Integer> dimensions = file.sizes(key);
        if (dimensions.stream().anyMatch(size -> size < 1 || size > hidden)) {
          throw file.bad(key, "must be from 1 to hidden_size, which is " + hidden);
        }
        if (!dimensions.isEmpty()) {
          return dimensions.stream().filter(size -> size < hidden).sorted().distinct().toList();
        }
      }
    }
    return List.of();
  }
}
