package io.mnestic.encoder.encode;

import io.mnestic.encoder.folder.InvalidModel;
import io.mnestic.encoder.model.BuiltInModels;
import io.mnestic.encoder.model.FolderModels;
import io.mnestic.encoder.model.ModelSpec;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that there are, in memory or not: those that come with the service, and the folders of
 * {@code models-dir}. A folder that can not be used is left out until it is named, and then refused
 * with the reason. Reading one hashes its weights, so it holds up no call but the one that asked.
 */
@Singleton
final class Catalog {
  private static final Logger LOG = LoggerFactory.getLogger(Catalog.class);

  /** No separators, no hidden folders, and so nothing outside of {@code models-dir}. */
  private static final Predicate<String> FOLDER_NAME =
      Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_.+-]*").asMatchPredicate();

  private final @Nullable Path folder;
  private final Map<String, ModelSpec> ofFolders = new ConcurrentSkipListMap<>();
  private final ModelSpec standard;

  Catalog(EncoderSettings settings) {
    folder = settings.modelsDir();
    readFolders();
    standard = named(settings.defaultModel());
  }

  /** Every model, the default first. */
  List<ModelSpec> specs() {
    List<ModelSpec> all = new ArrayList<>(BuiltInModels.ALL);
    all.addAll(ofFolders.values());
    all.removeIf(spec -> spec.name().equals(standard.name()));
    all.addFirst(spec(""));
    return all;
  }

  /**
   * The model of this name; of an empty one, the default.
   *
   * @throws Refusal UNKNOWN_MODEL, MODEL_INVALID
   */
  ModelSpec spec(String name) {
    return named(name.isEmpty() ? standard.name() : name);
  }

  /** The same as its files are now, which {@link #replace} makes known. */
  ModelSpec latest(String name) {
    return ofFolders.containsKey(name) ? read(name) : spec(name);
  }

  /** Makes a folder's model known in place of what it was. */
  void replace(ModelSpec latest) {
    ofFolders.replace(latest.name(), latest);
  }

  private ModelSpec named(String name) {
    for (ModelSpec spec : BuiltInModels.ALL) {
      if (spec.name().equals(name)) {
        return spec;
      }
    }
    ModelSpec known = ofFolders.get(name);
    if (known != null) {
      return known;
    }
    if (folder == null || !FOLDER_NAME.test(name) || !Files.isDirectory(folder.resolve(name))) {
      throw unknown(name);
    }
    // Put there since, or mended.
    ModelSpec spec = read(name);
    ofFolders.put(name, spec);
    return spec;
  }

  private ModelSpec read(String name) {
    if (folder == null) {
      throw unknown(name);
    }
    try {
      return FolderModels.read(folder.resolve(name));
    } catch (InvalidModel e) {
      throw Refusal.of(
              Reason.REASON_MODEL_INVALID,
              "model '%s' can not be used: %s".formatted(name, e.getMessage()))
          .withField("model");
    }
  }

  private void readFolders() {
    if (folder == null) {
      return;
    }
    try (Stream<Path> folders = Files.list(folder)) {
      for (Path path : folders.filter(Files::isDirectory).sorted().toList()) {
        String name = path.getFileName().toString();
        if (!FOLDER_NAME.test(name)) {
          continue;
        }
        try {
          ofFolders.put(name, read(name));
        } catch (Refusal refusal) {
          LOG.warn("{}", refusal.getMessage());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "mnestic.encoder.models-dir " + folder + " can not be read", e);
    }
  }

  private Refusal unknown(String name) {
    List<String> names =
        Stream.concat(BuiltInModels.ALL.stream().map(ModelSpec::name), ofFolders.keySet().stream())
            .toList();
    return Refusal.of(
            Reason.REASON_UNKNOWN_MODEL,
            "no model is named '%s'; there are %s".formatted(name, names))
        .withField("model");
  }
}
