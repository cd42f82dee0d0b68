package io.mnestic.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table in plain text: the first column to the left, the others, which hold figures, to the
 * right.
 */
public final class Table {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();
  private final int leftColumns;

  private Table(int leftColumns, List<String> header) {
    this.leftColumns = leftColumns;
    rows.add(header);
  }

  /** A table with these column names. */
  public static Table of(String... header) {
    return new Table(1, List.of(header));
  }

  /** A table whose first {@code leftColumns} columns hold words. */
  public static Table withWords(int leftColumns, String... header) {
    return new Table(leftColumns, List.of(header));
  }

  /** Adds a line of as many cells as there are columns. */
  public Table row(String... cells) {
    if (cells.length != rows.getFirst().size()) {
      throw new IllegalArgumentException(
          "a row of %d cells in a table of %d columns: %s"
              .formatted(cells.length, rows.getFirst().size(), Arrays.toString(cells)));
    }
    rows.add(List.of(cells));
    return this;
  }

  /** The table, each line ended by a newline. */
  @Override
  public String toString() {
    int[] widths =
        IntStream.range(0, rows.getFirst().size())
            .map(column -> rows.stream().mapToInt(row -> Width.of(row.get(column))).max().orElse(0))
            .toArray();
    StringBuilder text = new StringBuilder();
    text.append(line(rows.getFirst(), widths));
    text.append(
        Arrays.stream(widths).mapToObj("-"::repeat).collect(Collectors.joining(GAP, "", "\n")));
    rows.stream().skip(1).forEach(row -> text.append(line(row, widths)));
    return text.toString();
  }

  private String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      line.append(column == 0 ? "" : GAP);
      line.append(
          column < leftColumns
              ? Width.padEnd(row.get(column), widths[column])
              : Width.padStart(row.get(column), widths[column]));
    }
    return line.toString().stripTrailing() + "\n";
  }
}
