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
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Fails the start on a {@code mnestic.} key that no configuration record has, so that a misspelt
 * setting is not taken for a default. Keys are compared by their letters and digits alone, since
 * the same key reads {@code mnestic.encoder.max-threads} in a file and {@code
 * MNESTIC_ENCODER_MAX_THREADS} in the environment.
 */
@Context
final class KnownKeys {
  private static final String PREFIX = "mnestic";

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
    Set<String> unknown = new TreeSet<>();
    for (PropertySource source : context.getEnvironment().getPropertySources()) {
      for (String key : source) {
        if (isOurs(key) && known.keySet().stream().noneMatch(letters(key)::equals)) {
          unknown.add(key);
        }
      }
    }
    if (!unknown.isEmpty()) {
      throw new IllegalStateException(
          "unknown configuration " + unknown + "; the keys are " + known.values());
    }
  }

  private static boolean isOurs(String key) {
    String lower = key.toLowerCase(Locale.ROOT);
    return lower.startsWith(PREFIX + ".") || lower.startsWith(PREFIX + "_");
  }

  private static String letters(String key) {
    return key.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }
}
