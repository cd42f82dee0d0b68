package io.mnestic.bench.encoder;

import io.grpc.Status.Code;
import io.mnestic.bench.report.Figures;
import io.mnestic.bench.report.Table;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** One table of figures: each printed as it is kept, with what is wanted of it. */
final class EncoderReport {
  private final PrintWriter out;
  private final Figures figures;
  private final Table table = Table.withWords(2, "encoder", "figure", "value", "wanted");

  EncoderReport(PrintWriter out, Figures figures) {
    this.out = out;
    this.figures = figures;
  }

  /** A figure that nothing in particular is wanted of. */
  void put(String label, String name, double value) {
    put(label, name, value, "");
  }

  void put(String label, String name, double value, String wanted) {
    String key = "encoder." + name;
    figures.put(key, value);
    table.row(label, key, number(value), wanted);
  }

  /** A figure that counts. */
  void count(String label, String name, long value, String wanted) {
    String key = "encoder." + name;
    figures.put(key, (double) value);
    table.row(label, key, String.format(Locale.ROOT, "%,d", value), wanted);
  }

  /** A line for what this encoder, or this machine, can not do. */
  void missing(String label) {
    table.row(label, "", "not served", "");
  }

  void print(String notes) {
    out.print(table);
    out.println();
    out.println(notes);
    out.flush();
  }

  void print(SoakTally tally) {
    Table calls = Table.withWords(2, "soak: calls", "ended");
    for (SoakCall call : SoakCall.values()) {
      Map<Code, Long> counts = tally.of(call);
      calls.row(
          call.label(),
          counts.entrySet().stream()
              .map(entry -> "%,d %s".formatted(entry.getValue(), entry.getKey()))
              .collect(Collectors.joining(", ")));
    }
    out.println();
    out.print(calls);
    tally.examples().forEach(example -> out.println("not expected: " + example));
    out.flush();
  }

  private static String number(double value) {
    // A cosine needs its digits; a throughput does not.
    String format = Math.abs(value) >= 100 ? "%,.0f" : Math.abs(value) >= 2 ? "%.2f" : "%.4f";
    return String.format(Locale.ROOT, format, value);
  }
}
