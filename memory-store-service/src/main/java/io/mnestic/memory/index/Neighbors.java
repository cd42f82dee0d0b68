package io.mnestic.memory.index;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;

/** The turns just before and after some memories in their sessions. */
final class Neighbors {
  private final SearchView view;
  private final IndexQuery query;

  Neighbors(SearchView view, IndexQuery query) {
    this.view = view;
    this.query = query;
  }

  /**
   * Documents of the turns beside these, without these, in document order; only such as pass the
   * filter.
   *
   * @param documents in order
   */
  int[] of(int[] documents) throws IOException {
    Set<BytesRef> places = places(documents);
    if (places.isEmpty()) {
      return new int[0];
    }
    Query beside =
        new BooleanQuery.Builder()
            .add(new TermInSetQuery(Fields.TURN, places), BooleanClause.Occur.FILTER)
            .add(FilterQuery.ofMemories(query.filter()), BooleanClause.Occur.FILTER)
            .build();
    IndexSearcher searcher = view.searcher();
    Weight weight =
        searcher.createWeight(searcher.rewrite(beside), ScoreMode.COMPLETE_NO_SCORES, 1);
    int[] found = new int[places.size()];
    int count = 0;
    for (LeafReaderContext leaf : view.reader().leaves()) {
      Scorer scorer = weight.scorer(leaf);
      Bits live = leaf.reader().getLiveDocs();
      DocIdSetIterator it = scorer == null ? DocIdSetIterator.empty() : scorer.iterator();
      int document;
      while ((document = it.nextDoc()) != DocIdSetIterator.NO_MORE_DOCS) {
        int global = leaf.docBase + document;
        if ((live == null || live.get(document)) && Arrays.binarySearch(documents, global) < 0) {
          found[count++] = global;
        }
      }
    }
    return Arrays.copyOf(found, count);
  }

  private Set<BytesRef> places(int[] documents) throws IOException {
    Set<BytesRef> places = new HashSet<>();
    List<LeafReaderContext> leaves = view.reader().leaves();
    SortedDocValues session = DocValues.emptySorted();
    NumericDocValues sequence = DocValues.emptyNumeric();
    int base = 0;
    int end = 0;
    for (int document : documents) {
      if (document >= end) {
        LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(document, leaves));
        session = DocValues.getSorted(leaf.reader(), Fields.SESSION_VALUE);
        sequence = DocValues.getNumeric(leaf.reader(), Fields.SEQUENCE_VALUE);
        base = leaf.docBase;
        end = base + leaf.reader().maxDoc();
      }
      int inLeaf = document - base;
      if (session.advanceExact(inLeaf) && sequence.advanceExact(inLeaf)) {
        BytesRef name = session.lookupOrd(session.ordValue());
        long place = sequence.longValue();
        for (long near = place - query.neighbors(); near <= place + query.neighbors(); near++) {
          if (near > 0 && near != place) {
            places.add(Terms.turn(name, near));
          }
        }
      }
    }
    return places;
  }
}
