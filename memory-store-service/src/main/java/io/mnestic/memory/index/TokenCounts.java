package io.mnestic.memory.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.Term;

/** In how many memories that can be seen each token of the vocabulary stands. */
final class TokenCounts {
  private final IndexReader reader;
  private final List<LeafSummary> leaves;
  private final long memories;

  TokenCounts(IndexReader reader, List<LeafSummary> leaves) {
    this.reader = reader;
    this.leaves = List.copyOf(leaves);
    this.memories = leaves.stream().mapToLong(LeafSummary::tokenized).sum();
  }

  /** How many memories have token vectors. */
  long memories() {
    return memories;
  }

  /** In how many of them each of some tokens stands, in their order. */
  List<Long> having(List<Integer> ids) throws IOException {
    List<Long> having = new ArrayList<>(ids.size());
    for (int id : ids) {
      long count = 0;
      for (int i = 0; i < leaves.size(); i++) {
        count += having(i, id);
      }
      having.add(count);
    }
    return having;
  }

  /** Counted once for a segment and its deletions: the commonest tokens stand in every memory. */
  private int having(int leaf, int id) throws IOException {
    Integer known = leaves.get(leaf).tokens().get(id);
    if (known != null) {
      return known;
    }
    Term term = new Term(Fields.TOKEN, Integer.toUnsignedString(id));
    int counted = LiveSearcher.having(reader.leaves().get(leaf), term);
    leaves.get(leaf).tokens().put(id, counted);
    return counted;
  }
}
