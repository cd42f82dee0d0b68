package io.mnestic.memory.index;

/**
 * Names of the Lucene fields. A memory is one document, after one child document for each of its
 * passage vectors; children carry what filters look at, so that the graph of passages is filtered
 * too.
 */
final class Fields {
  /** Indexed on a memory and its children: they are replaced together. */
  static final String ID = "id";

  /** On memories only, always {@link #YES}. */
  static final String MEMORY = "memory";

  static final String KEY_TEXT = "key";

  /** Each id of the key's tokens once, to count in how many memories it stands. */
  static final String TOKEN = "token";

  /** How many token vectors a memory has; none if it has none. */
  static final String TOKENS_VALUE = "tokens_value";

  static final String KEY_VECTOR = "key_vector";
  static final String CONTEXT_VECTOR = "context_vector";
  static final String PASSAGE_VECTOR = "passage_vector";

  static final String KIND = "kind";
  static final String SESSION = "session";
  static final String SPEAKER = "speaker";
  static final String PINNED = "pinned";
  static final String TIME = "time";

  /** When the content became true, and when it stopped; without the field: always was, still is. */
  static final String VALID_FROM = "valid_from";

  static final String VALID_TO = "valid_to";

  static final String ATTRIBUTE = "attribute";

  /** Session and sequence of a turn in one term. */
  static final String TURN = "turn";

  static final String ID_VALUE = "id_value";
  static final String SESSION_VALUE = "session_value";
  static final String SEQUENCE_VALUE = "sequence_value";
  static final String REVISION_VALUE = "revision_value";
  static final String POSITION_VALUE = "position_value";

  /**
   * A hash of the id: the memories with the lowest are the sample that scores are normalised by.
   */
  static final String HASH_VALUE = "hash_value";

  /** On a memory: how many children stand before it. */
  static final String CHILDREN_VALUE = "children_value";

  /** On a child: N of {@code passage/N}. */
  static final String PASSAGE_VALUE = "passage_value";

  static final String YES = "1";
  static final String NO = "0";

  private Fields() {}
}
