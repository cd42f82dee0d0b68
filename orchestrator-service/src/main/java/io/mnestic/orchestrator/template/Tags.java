package io.mnestic.orchestrator.template;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The tags that a template's own text has, such as {@code <document>}: a value that held one could
 * pretend that its slot ends before it does.
 */
final class Tags {
  private static final Pattern TAG = Pattern.compile("<\\s*/?\\s*([\\p{L}_][\\p{L}\\p{N}_.:-]*)");

  private final @Nullable Pattern inValues;

  private Tags(@Nullable Pattern inValues) {
    this.inValues = inValues;
  }

  static Tags in(Collection<String> texts) {
    Set<String> names = new TreeSet<>();
    for (String text : texts) {
      Matcher tags = TAG.matcher(text);
      while (tags.find()) {
        names.add(tags.group(1));
      }
    }
    if (names.isEmpty()) {
      return new Tags(null);
    }
    String any = names.stream().map(Pattern::quote).collect(Collectors.joining("|"));
    return new Tags(
        Pattern.compile(
            "<(?=[\\s\\p{Z}]*/?[\\s\\p{Z}]*(?:" + any + "))",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE));
  }

  /** The value with none of these tags in it: their opening brackets become HTML entities. */
  String neutralise(String value) {
    return inValues == null ? value : inValues.matcher(value).replaceAll("&lt;");
  }
}
