package io.mnestic.orchestrator.document;

/** Places in a text counted in code points, cheap for places in ascending order. */
final class CodePoints {
  private final String text;
  private int units;
  private int points;

  CodePoints(String text) {
    this.text = text;
  }

  int at(int place) {
    if (place < units) {
      units = 0;
      points = 0;
    }
    points += text.codePointCount(units, place);
    units = place;
    return points;
  }
}
