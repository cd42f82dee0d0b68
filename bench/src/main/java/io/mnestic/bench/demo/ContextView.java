package io.mnestic.bench.demo;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.mnestic.bench.report.Paint;
import io.mnestic.bench.report.Table;
import io.mnestic.bench.report.Width;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.memory.v1.Memory;
import io.mnestic.orchestrator.v1.AssembleContextResponse;
import io.mnestic.orchestrator.v1.LedgerEntry;
import io.mnestic.orchestrator.v1.Message;
import io.mnestic.orchestrator.v1.Notice;
import io.mnestic.orchestrator.v1.RecalledMemory;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Shows an assembled context to people: messages, ledger, why each line was recalled, timings. */
final class ContextView {
  private static final int COLUMNS = 100;
  private static final String INDENT = "   ";
  private static final int ROLE_COLUMNS = 11;

  private final PrintWriter out;

  ContextView(PrintWriter out) {
    this.out = out;
  }

  void print(AssembleContextResponse context, int budget) {
    heading("context handed to the chat model");
    context.getMessagesList().forEach(this::message);
    heading(
        "ledger: %d of %d tokens (%s)"
            .formatted(context.getTotalTokens(), budget, context.getTokenizer()));
    ledger(context.getLedgerList());
    heading("recalled, and why");
    int rank = 1;
    for (RecalledMemory recalled : context.getRecalledList()) {
      recalled(rank++, recalled);
    }
    for (Notice notice : context.getNoticesList()) {
      out.println(INDENT + Paint.BAD.on("notice: " + notice.getMessage()));
    }
    out.println(
        INDENT
            + Paint.FAINT.on(
                "took %s: %s waiting for the encoder, %s for the store"
                    .formatted(
                        millis(context.getTimings().getTotal()),
                        millis(context.getTimings().getEncode()),
                        millis(context.getTimings().getStore()))));
  }

  private void heading(String text) {
    out.println();
    out.println(INDENT + Paint.FAINT.on(text));
  }

  private void message(Message message) {
    String role = word(message.getRole().name(), "ROLE_");
    String text =
        message.getToolCallsList().stream()
            .map(call -> "calls %s(%s)".formatted(call.getName(), call.getArguments()))
            .collect(
                Collectors.joining(
                    "\n",
                    message.getContent(),
                    message.getContent().isEmpty() || message.getToolCallsCount() == 0
                        ? ""
                        : "\n"));
    String label = role;
    for (String line : Width.wrap(text, COLUMNS - INDENT.length() - ROLE_COLUMNS)) {
      out.println(
          INDENT
              + Paint.HEADING.on(label)
              + " ".repeat(Math.max(1, ROLE_COLUMNS - label.length()))
              + line);
      label = "";
    }
  }

  /** One line for each part and reason, since thirty turns that did not fit are one fact. */
  private void ledger(List<LedgerEntry> entries) {
    Map<List<String>, List<LedgerEntry>> groups =
        entries.stream()
            .collect(
                Collectors.groupingBy(
                    entry ->
                        List.of(
                            word(entry.getPart().name(), "PART_"),
                            entry.getIncluded() ? "in" : "left out",
                            word(entry.getReason().name(), "LEDGER_REASON_")),
                    LinkedHashMap::new,
                    Collectors.toList()));
    Table table = Table.withWords(3, "part", "is", "because", "entries", "tokens");
    groups.forEach((name, group) ->
        table.row(
            name.get(0),
            name.get(1),
            name.get(2),
            Integer.toString(group.size()),
            Integer.toString(group.stream().mapToInt(LedgerEntry::getTokens).sum())));
    table.toString().lines().forEach(line -> out.println(INDENT + line));
  }

  private void recalled(int rank, RecalledMemory recalled) {
    Memory memory = recalled.getMemory();
    String from =
        memory.hasTurn()
            ? Timestamps.toString(memory.getTurn().getSaidTime())
                .substring(0, "2026-03-02".length())
            : word(memory.getKind().name(), "KIND_");
    String head = "%2d. %s  ".formatted(rank, from);
    out.println(
        INDENT
            + head
            + Width.shorten(memory.getValue(), COLUMNS - INDENT.length() - head.length()));
    String why =
        String.join("; ", recalled.getReasonsList())
            + "  ["
            + recalled.getLanesList().stream()
                .map(ContextView::lane)
                .collect(Collectors.joining(" "))
            + "]";
    Width.wrap(why, COLUMNS - INDENT.length() - 4)
        .forEach(line -> out.println(INDENT + "    " + Paint.FAINT.on(line)));
  }

  private static String lane(LaneScore lane) {
    return String.format(
        Locale.ROOT,
        "%s %+.2f",
        word(lane.getLane().name(), "LANE_"),
        lane.getNormalized() * lane.getWeight());
  }

  private static String word(String constant, String prefix) {
    return constant.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String millis(Duration duration) {
    return String.format(Locale.ROOT, "%.1f ms", Durations.toNanos(duration) / 1e6);
  }
}
