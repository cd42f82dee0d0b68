package io.mnestic.orchestrator.template;

import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with slots, read once. Filling it joins its parts, so a value is never looked into.
 *
 * @param parts texts and slots in turn: a text first, then a slot's name, then a text, and so on
 */
record SlotText(List<String> parts) {
  private static final Pattern SLOT =
      Pattern.compile("(\\\\\\{\\{)|\\{\\{\\s*([A-Za-z_][A-Za-z0-9_]{0,63})\\s*\\}\\}|\\{\\{");

  /**
   * Reads a text.
   *
   * @throws Refusal INVALID_FIELD for a slot without an end or with what is no name
   */
  static SlotText parse(String text, String field) {
    List<String> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    Matcher slots = SLOT.matcher(text);
    int end = 0;
    while (slots.find()) {
      literal.append(text, end, slots.start());
      end = slots.end();
      if (slots.group(1) != null) {
        literal.append("{{");
      } else if (slots.group(2) != null) {
        parts.add(literal.toString());
        parts.add(slots.group(2));
        literal.setLength(0);
      } else {
        throw Refusal.of(
                Reason.REASON_INVALID_FIELD,
                field
                    + ": '{{' at character "
                    + (slots.start() + 1)
                    + " begins no slot such as {{name}}: write \\{{ for the braces themselves")
            .withField(field);
      }
    }
    parts.add(literal.append(text, end, text.length()).toString());
    return new SlotText(List.copyOf(parts));
  }

  /** The names of its slots. */
  Set<String> slots() {
    Set<String> names = new LinkedHashSet<>();
    for (int i = 1; i < parts.size(); i += 2) {
      names.add(parts.get(i));
    }
    return names;
  }

  /** What stands outside its slots. */
  List<String> literals() {
    List<String> literals = new ArrayList<>();
    for (int i = 0; i < parts.size(); i += 2) {
      literals.add(parts.get(i));
    }
    return literals;
  }

  /** The text with a value for each slot. */
  String fill(Map<String, String> values) {
    StringBuilder filled = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      filled.append(i % 2 == 0 ? parts.get(i) : values.getOrDefault(parts.get(i), ""));
    }
    return filled.toString();
  }
}
