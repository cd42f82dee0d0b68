package io.mnestic.orchestrator.document;

/** Texts that are cut without splitting a character. */
final class Cut {
  private Cut() {}

  /** The text's start of at most so many UTF-16 units. */
  static String atMost(int chars, String text) {
    if (text.length() <= chars) {
      return text;
    }
    return text.substring(0, chars - (Character.isHighSurrogate(text.charAt(chars - 1)) ? 1 : 0));
  }
}
