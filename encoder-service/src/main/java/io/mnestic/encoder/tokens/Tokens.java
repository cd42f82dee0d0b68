package io.mnestic.encoder.tokens;

import java.util.Arrays;

/**
 * A text's tokens, without special tokens. Each covers the characters from its start to before its
 * end, counted in Unicode code points of the text.
 */
public final class Tokens {
  private static final int FIRST_CAPACITY = 64;

  private int[] ids = new int[FIRST_CAPACITY];
  private int[] starts = new int[FIRST_CAPACITY];
  private int[] ends = new int[FIRST_CAPACITY];
  private int count;
  private int characters;

  Tokens() {}

  void add(int id, int start, int end) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, count * 2);
      starts = Arrays.copyOf(starts, count * 2);
      ends = Arrays.copyOf(ends, count * 2);
    }
    ids[count] = id;
    starts[count] = start;
    ends[count] = end;
    count++;
  }

  void addCharacters(int more) {
    characters += more;
  }

  /** How many tokens. */
  public int count() {
    return count;
  }

  /** Length of the text in Unicode code points. */
  public int characters() {
    return characters;
  }

  /** Ids of the tokens from one to before another. */
  public int[] ids(int from, int to) {
    return Arrays.copyOfRange(ids, from, to);
  }

  /** First character of a token. */
  public int start(int token) {
    return starts[token];
  }

  int end(int token) {
    return ends[token];
  }
}
