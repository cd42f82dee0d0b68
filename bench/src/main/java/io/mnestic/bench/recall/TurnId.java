package io.mnestic.bench.recall;

import java.util.List;
import java.util.regex.Pattern;

/** A turn's {@code dia_id}: session and place in it, both from 1. */
record TurnId(int session, int turn) {
  private static final Pattern FORM = Pattern.compile("D(\\d{1,6}):(\\d{1,6})");

  /**
   * Every id in {@code text}, which may hold several ("D8:6; D9:17") and zeros before ("D30:05").
   */
  static List<TurnId> allIn(String text) {
    return FORM.matcher(text)
        .results()
        .map(id -> new TurnId(Integer.parseInt(id.group(1)), Integer.parseInt(id.group(2))))
        .toList();
  }

  /** As LoCoMo writes it: {@code D30:5}. */
  @Override
  public String toString() {
    return "D" + session + ":" + turn;
  }
}
