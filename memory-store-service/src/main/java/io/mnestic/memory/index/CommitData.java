package io.mnestic.memory.index;

import java.util.Map;

/**
 * What a Lucene commit says of itself.
 *
 * @param format how documents are laid out; an index of another format is built again
 * @param position the log position up to which entries are in it
 * @param revision the revision of the last of them
 */
record CommitData(int format, long position, long revision) {
  /** To be raised whenever the same memories would give other documents. */
  static final int FORMAT = 3;

  /** Of an index without a commit. */
  static final CommitData NONE = new CommitData(0, 0);

  private static final String FORMAT_KEY = "format";
  private static final String POSITION = "position";
  private static final String REVISION = "revision";

  CommitData(long position, long revision) {
    this(FORMAT, position, revision);
  }

  /**
   * What a commit says.
   *
   * @throws NumberFormatException if this program did not write it
   */
  static CommitData of(Map<String, String> userData) {
    return new CommitData(
        Integer.parseInt(userData.getOrDefault(FORMAT_KEY, "0")),
        Long.parseLong(userData.getOrDefault(POSITION, "0")),
        Long.parseLong(userData.getOrDefault(REVISION, "0")));
  }

  Map<String, String> toUserData() {
    return Map.of(
        FORMAT_KEY,
        Integer.toString(format),
        POSITION,
        Long.toString(position),
        REVISION,
        Long.toString(revision));
  }
}
