package io.mnestic.orchestrator.document;

import java.util.ArrayList;
import java.util.List;

/** The headings above where a reader is: a heading ends those of its level and below. */
final class Headings {
  private static final int MOST_CHARS = 200;

  private final List<Heading> open = new ArrayList<>();

  void enter(int level, String text) {
    open.removeIf(heading -> heading.level() >= level);
    String line = text.strip().replaceAll("\\s+", " ");
    if (!line.isEmpty()) {
      open.add(new Heading(level, Cut.atMost(MOST_CHARS, line)));
    }
  }

  List<String> path() {
    return open.stream().map(Heading::text).toList();
  }

  private record Heading(int level, String text) {}
}
