package io.mnestic.memory.index;

import java.io.IOException;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.SmallFloat;

/**
 * What one segment adds to the sample and to the session statistics. Computed once for a segment
 * and its deletions.
 *
 * @param sample hash (upper 32 bits) and document (lower) of the live memories with the lowest
 *     hashes
 * @param sessions the sessions of the segment, by ordinal
 * @param lengths for each session the words in its live turns; -1 if it has none alive
 * @param texts live memories whose key has words
 * @param words in those, as the norms tell: exact up to 40 in a text, rounded down above
 * @param tokenized live memories with token vectors
 * @param tokens in how many of those each token stands, as far as it was asked for
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LeafSummary(
    long[] sample,
    BytesRef[] sessions,
    long[] lengths,
    int texts,
    long words,
    int tokenized,
    ConcurrentMap<Integer, Integer> tokens) {
  /** Size of the sample that a lane's mean and deviation are taken from. */
  static final int SAMPLE = 1_024;

  static LeafSummary of(LeafReader reader) throws IOException {
    SortedDocValues session = DocValues.getSorted(reader, Fields.SESSION_VALUE);
    BytesRef[] sessions = new BytesRef[session.getValueCount()];
    long[] lengths = new long[sessions.length];
    for (int ord = 0; ord < sessions.length; ord++) {
      sessions[ord] = BytesRef.deepCopyOf(session.lookupOrd(ord));
      lengths[ord] = -1;
    }
    NumericDocValues hash = DocValues.getNumeric(reader, Fields.HASH_VALUE);
    NumericDocValues norms = reader.getNormValues(Fields.KEY_TEXT);
    NumericDocValues tokens = DocValues.getNumeric(reader, Fields.TOKENS_VALUE);
    Bits live = reader.getLiveDocs();
    PriorityQueue<Long> lowest = new PriorityQueue<>((a, b) -> Long.compareUnsigned(b, a));
    int texts = 0;
    long words = 0;
    int tokenized = 0;
    int document;
    while ((document = hash.nextDoc()) != DocIdSetIterator.NO_MORE_DOCS) {
      if (live != null && !live.get(document)) {
        continue;
      }
      long entry = hash.longValue() << Integer.SIZE | document;
      if (lowest.size() < SAMPLE) {
        lowest.add(entry);
      } else if (Long.compareUnsigned(entry, lowest.element()) < 0) {
        lowest.remove();
        lowest.add(entry);
      }
      int length =
          norms != null && norms.advanceExact(document)
              ? SmallFloat.byte4ToInt((byte) norms.longValue())
              : 0;
      texts += length > 0 ? 1 : 0;
      words += length;
      tokenized += tokens.advanceExact(document) ? 1 : 0;
      if (session.advanceExact(document)) {
        int ord = session.ordValue();
        lengths[ord] = Math.max(lengths[ord], 0) + length;
      }
    }
    return new LeafSummary(
        lowest.stream().mapToLong(Long::longValue).toArray(),
        sessions,
        lengths,
        texts,
        words,
        tokenized,
        new ConcurrentHashMap<>());
  }
}
