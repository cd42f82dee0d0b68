package io.mnestic.memory.index;

import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/**
 * A searcher whose BM25 statistics are those of the memories that can be seen. Lucene's own count
 * what was deleted until a merge drops it, so that equal content would score unequally.
 */
final class LiveSearcher extends IndexSearcher {
  private final long texts;
  private final long words;

  LiveSearcher(IndexReader reader, List<LeafSummary> leaves) {
    super(reader);
    this.texts = leaves.stream().mapToLong(LeafSummary::texts).sum();
    this.words = leaves.stream().mapToLong(LeafSummary::words).sum();
  }

  @Override
  public TermStatistics termStatistics(Term term, int docFreq, long totalTermFreq)
      throws IOException {
    long having = 0;
    for (LeafReaderContext leaf : getIndexReader().leaves()) {
      having += having(leaf, term);
    }
    // Lucene wants one at least; a word in no memory that can be seen scores none of them.
    long atLeastOne = Math.max(1, having);
    return new TermStatistics(term.bytes(), atLeastOne, atLeastOne);
  }

  @Override
  public @Nullable CollectionStatistics collectionStatistics(String field) throws IOException {
    CollectionStatistics all = super.collectionStatistics(field);
    if (all == null || !field.equals(Fields.KEY_TEXT)) {
      return all;
    }
    long atLeastOne = Math.max(1, texts);
    return new CollectionStatistics(
        field, all.maxDoc(), atLeastOne, Math.max(atLeastOne, words), atLeastOne);
  }

  /** In how many memories of a segment that can be seen a term stands. */
  static int having(LeafReaderContext leaf, Term term) throws IOException {
    Terms terms = leaf.reader().terms(term.field());
    TermsEnum found = terms == null ? null : terms.iterator();
    if (found == null || !found.seekExact(term.bytes())) {
      return 0;
    }
    Bits live = leaf.reader().getLiveDocs();
    if (live == null) {
      return found.docFreq();
    }
    int having = 0;
    PostingsEnum postings = found.postings(null, PostingsEnum.NONE);
    int document;
    while ((document = postings.nextDoc()) != DocIdSetIterator.NO_MORE_DOCS) {
      having += live.get(document) ? 1 : 0;
    }
    return having;
  }
}
