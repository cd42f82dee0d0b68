package io.mnestic.memory.index;

import java.util.Map;

/**
 * What a Lucene commit says of itself.
 *
 * @param position the log position up to which entries are in it
 * @param revision the revision of the last of them
 */
record CommitData(long position, long revision) {
  private static final String POSITION = "position";
  private static final String REVISION = "revision";

  static CommitData of(Map<String, String> userData) {
    return new CommitData(
        Long.parseLong(userData.getOrDefault(POSITION, "0")),
        Long.parseLong(userData.getOrDefault(REVISION, "0")));
  }

  Map<String, String> toUserData() {
    return Map.of(POSITION, Long.toString(position), REVISION, Long.toString(revision));
  }
}
