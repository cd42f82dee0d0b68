package io.mnestic.wire;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.env.PropertySource;
import io.micronaut.core.type.Argument;
import io.micronaut.inject.BeanDefinition;
import io.micronaut.inject.qualifiers.Qualifiers;
import jakarta.annotation.PostConstruct;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Fails the start on a {@code mnestic.} key that no configuration record has, so that a misspelt
 * setting is not taken for a default. Keys are compared by their letters and digits alone, since
 * the same key reads {@code mnestic.encoder.max-threads} in a file and {@code
 * MNESTIC_ENCODER_MAX_THREADS} in the environment. A key under another service's prefix is left to
 * that service: the three may share one environment or file.
 */
@Context
final class KnownKeys {
  private static final String PREFIX = "mnestic";
  private static final List<String> SERVICES = List.of("encoder", "store", "orchestrator");

  private final ApplicationContext context;

  KnownKeys(ApplicationContext context) {
    this.context = context;
  }

  @PostConstruct
  void check() {
    TreeMap<String, String> known = new TreeMap<>();
    for (BeanDefinition<?> definition :
        context.getBeanDefinitions(Qualifiers.byStereotype(ConfigurationProperties.class))) {
      for (Argument<?> argument : definition.getConstructor().getArguments()) {
        argument
            .getAnnotationMetadata()
            .stringValue(Property.class, "name")
            .filter(name -> name.startsWith(PREFIX + "."))
            .ifPresent(name -> known.put(letters(name), name));
      }
    }
    List<String> others =
        SERVICES.stream()
            .map(service -> PREFIX + "." + service + ".")
            .filter(prefix -> known.values().stream().noneMatch(name -> name.startsWith(prefix)))
            .toList();
    Set<String> unknown = new TreeSet<>();
    for (PropertySource source : context.getEnvironment().getPropertySources()) {
      for (String key : source) {
        if (isUnder(PREFIX + ".", key)
            && others.stream().noneMatch(prefix -> isUnder(prefix, key))
            && !known.containsKey(letters(key))) {
          unknown.add(key);
        }
      }
    }
    if (!unknown.isEmpty()) {
      throw new IllegalStateException(
          "unknown configuration " + unknown + "; the keys are " + known.values());
    }
  }

  private static boolean isUnder(String prefix, String key) {
    return key.toLowerCase(Locale.ROOT).replace('_', '.').startsWith(prefix);
  }

  private static String letters(String key) {
    return key.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }
}
