package io.mnestic.bench.report;

import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;

/** Colours, on a terminal only. */
public enum Paint {
  /** Headings. */
  HEADING(Style.bold),
  /** What is less important. */
  FAINT(Style.faint),
  /** As it should be. */
  GOOD(Style.fg_green),
  /** Not as it should be. */
  BAD(Style.fg_red);

  private final Style style;

  Paint(Style style) {
    this.style = style;
  }

  /** {@code text} in this colour. */
  public String on(String text) {
    return Ansi.AUTO.enabled() ? style.on() + text + style.off() : text;
  }
}
