package io.mnestic.memory.index;

import io.mnestic.memory.v1.Filter;
import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.Ranking;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;

/**
 * Which memories are worth scoring: all that pass the filter if they are few, otherwise the best of
 * each lane, by vector graph and inverted index.
 */
final class Candidates {
  private static final int FEWEST = 200;
  private static final int TIMES_LIMIT = 4;

  private final SearchView view;
  private final IndexQuery query;
  private final QueryWords words;
  private final int exactLimit;
  private final Query memories;

  Candidates(SearchView view, IndexQuery query, QueryWords words, int exactLimit) {
    this.view = view;
    this.query = query;
    this.words = words;
    this.exactLimit = exactLimit;
    this.memories = FilterQuery.ofMemories(query.filter());
  }

  Found find() throws IOException {
    boolean unfiltered = query.filter().equals(Filter.getDefaultInstance());
    int[] all = unfiltered ? view.memories(this::allIfFew) : allIfFew();
    return all.length <= exactLimit ? new Found(all, true) : new Found(bestOfLanes(), false);
  }

  /** Every memory that passes, in document order; one more than the limit if they are more. */
  private int[] allIfFew() throws IOException {
    IndexSearcher searcher = view.searcher();
    Weight weight =
        searcher.createWeight(searcher.rewrite(memories), ScoreMode.COMPLETE_NO_SCORES, 1);
    int[] found = new int[Math.min(exactLimit, view.reader().numDocs()) + 1];
    int count = 0;
    for (LeafReaderContext leaf : view.reader().leaves()) {
      Scorer scorer = weight.scorer(leaf);
      if (scorer == null) {
        continue;
      }
      Bits live = leaf.reader().getLiveDocs();
      DocIdSetIterator it = scorer.iterator();
      int document;
      while ((document = it.nextDoc()) != DocIdSetIterator.NO_MORE_DOCS) {
        if (live == null || live.get(document)) {
          found[count++] = leaf.docBase + document;
          if (count > exactLimit) {
            return found;
          }
        }
      }
    }
    return Arrays.copyOf(found, count);
  }

  private int[] bestOfLanes() throws IOException {
    Set<Integer> documents = new TreeSet<>();
    int most = Math.max(TIMES_LIMIT * query.limit(), FEWEST);
    boolean fused = query.ranking() == Ranking.RANKING_FUSED;
    if (query.vector().isPresent() && query.ranking() != Ranking.RANKING_LEXICAL) {
      float[] vector = query.vector().get();
      add(documents, new KnnFloatVectorQuery(Fields.KEY_VECTOR, vector, most, memories), most);
      Query passages = FilterQuery.ofPassages(query.filter());
      addParents(
          documents, new KnnFloatVectorQuery(Fields.PASSAGE_VECTOR, vector, most, passages), most);
      if (fused && query.weight(Lane.LANE_DENSE_CONTEXT) > 0) {
        add(
            documents,
            new KnnFloatVectorQuery(Fields.CONTEXT_VECTOR, vector, most, memories),
            most);
      }
    }
    if (!words.counts().isEmpty() && query.ranking() != Ranking.RANKING_DENSE) {
      add(documents, passing(words.anyOf()), most);
    }
    return documents.stream().mapToInt(Integer::intValue).toArray();
  }

  private void add(Set<Integer> documents, Query lane, int most) throws IOException {
    for (ScoreDoc found : view.searcher().search(lane, most).scoreDocs) {
      documents.add(found.doc);
    }
  }

  private void addParents(Set<Integer> documents, Query lane, int most) throws IOException {
    List<LeafReaderContext> leaves = view.reader().leaves();
    for (ScoreDoc found : view.searcher().search(lane, most).scoreDocs) {
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(found.doc, leaves));
      // The memory is the first document after its passages that has a count of them.
      NumericDocValues children = DocValues.getNumeric(leaf.reader(), Fields.CHILDREN_VALUE);
      documents.add(leaf.docBase + children.advance(found.doc - leaf.docBase));
    }
  }

  private Query passing(Query lane) {
    return new BooleanQuery.Builder()
        .add(lane, BooleanClause.Occur.MUST)
        .add(memories, BooleanClause.Occur.FILTER)
        .build();
  }

  /**
   * What was found.
   *
   * @param documents in order
   * @param exact whether these are all that pass the filter
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Found(int[] documents, boolean exact) {}
}
