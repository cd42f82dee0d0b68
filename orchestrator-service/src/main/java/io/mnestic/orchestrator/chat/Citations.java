package io.mnestic.orchestrator.chat;

import io.mnestic.orchestrator.v1.AssembleContextResponse;
import io.mnestic.orchestrator.v1.Citation;
import io.mnestic.orchestrator.v1.RecalledMemory;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an answer cites.
 *
 * @param text the answer without the marks; what looks like a mark but is none stays
 * @param cited in the order of their first mark, each memory once
 */
record Citations(String text, List<Citation> cited) {
  /** {@code [m1]}, {@code [m1, m3]}, with the white space before it. */
  private static final Pattern MARKS =
      Pattern.compile("[ \\t]{0,4}\\[m\\d{1,4}(?:[ \\t]*[,;][ \\t]*m\\d{1,4})*\\]");

  private static final Pattern MARK = Pattern.compile("m\\d+");

  static Citations in(String answer, AssembleContextResponse context) {
    Map<String, String> memories = new HashMap<>();
    for (RecalledMemory memory : context.getRecalledList()) {
      memories.put(memory.getMark(), memory.getMemory().getId());
    }
    Set<Citation> cited = new LinkedHashSet<>();
    String text =
        MARKS.matcher(answer).replaceAll(marks -> without(marks, memories, cited)).strip();
    return new Citations(text.isEmpty() ? answer : text, List.copyOf(cited));
  }

  private static String without(
      MatchResult marks, Map<String, String> memories, Set<Citation> cited) {
    boolean known = false;
    for (String mark : MARK.matcher(marks.group()).results().map(MatchResult::group).toList()) {
      String memory = memories.get(mark);
      if (memory != null) {
        cited.add(Citation.newBuilder().setMemoryId(memory).setMark(mark).build());
        known = true;
      }
    }
    return known ? "" : Matcher.quoteReplacement(marks.group());
  }
}
