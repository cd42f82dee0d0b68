package io.mnestic.orchestrator.template;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.mnestic.orchestrator.v1.ExtractAnswerResponse;
import io.mnestic.orchestrator.v1.PromptTemplate;
import io.mnestic.wire.Refusal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a model's text has the answer. RE2 never backtracks, so no pattern and no text take more
 * than linear time (Cox 2007, "Regular Expression Matching Can Be Simple And Fast").
 */
final class AnswerPattern {
  private static final String GROUP = "answer";

  private final @Nullable Pattern pattern;
  private final Map<String, String> labels;

  private AnswerPattern(@Nullable Pattern pattern, Map<String, String> labels) {
    this.pattern = pattern;
    this.labels = labels;
  }

  /**
   * The pattern and labels of a template.
   *
   * @throws Refusal INVALID_FIELD if the pattern is none
   */
  static AnswerPattern of(PromptTemplate template) {
    if (template.getAnswerPattern().isEmpty()) {
      return new AnswerPattern(null, template.getLabelsMap());
    }
    try {
      return new AnswerPattern(
          Pattern.compile(template.getAnswerPattern()), template.getLabelsMap());
    } catch (PatternSyntaxException e) {
      throw Variables.invalid(
          "template.answer_pattern", "answer_pattern is not RE2: " + e.getMessage());
    }
  }

  ExtractAnswerResponse extract(String text) {
    if (pattern == null) {
      return found(text);
    }
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      return ExtractAnswerResponse.getDefaultInstance();
    }
    return found(group(pattern, matcher));
  }

  private static @Nullable String group(Pattern pattern, Matcher matcher) {
    if (pattern.namedGroups().containsKey(GROUP)) {
      return matcher.group(GROUP);
    }
    return matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
  }

  private ExtractAnswerResponse found(@Nullable String group) {
    String answer = group == null ? "" : group.strip();
    String label =
        labels.entrySet().stream()
            .filter(said -> said.getValue().strip().equalsIgnoreCase(answer))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse("");
    return ExtractAnswerResponse.newBuilder()
        .setMatched(true)
        .setAnswer(answer)
        .setLabel(label)
        .build();
  }
}
