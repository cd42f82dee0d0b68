package io.mnestic.memory.index;

import io.mnestic.memory.v1.Filter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;

/** A view of a Lucene index, held until closed. */
final class LuceneReading implements IndexReading {
  private final SearchView view;
  private final IndexSettings settings;
  private final Analyzer analyzer;

  /**
   * A reading of a view.
   *
   * @param view whose reader this releases when closed
   */
  LuceneReading(SearchView view, IndexSettings settings, Analyzer analyzer) {
    this.view = view;
    this.settings = settings;
    this.analyzer = analyzer;
  }

  @Override
  public long revision() {
    return view.revision();
  }

  @Override
  public IndexAnswer search(IndexQuery query) {
    try {
      return new Search(view, query, settings, analyzer).run();
    } catch (IOException e) {
      throw new UncheckedIOException("can not search the index", e);
    }
  }

  @Override
  public TokenStatistics tokens(List<Integer> ids) {
    try {
      Columns columns = new Columns(view);
      List<String> sample = new ArrayList<>();
      for (int document : view.smallSample()) {
        sample.add(columns.id(document).utf8ToString());
      }
      return new TokenStatistics(view.tokens().memories(), view.tokens().having(ids), sample);
    } catch (IOException e) {
      throw new UncheckedIOException("can not read the index", e);
    }
  }

  @Override
  public Nearest nearest(float[] vector, Filter filter, int limit) {
    try {
      Query memories = withKeys(FilterQuery.ofMemories(filter));
      int most = Math.max(settings.exactLimit(), limit);
      int[] all = documents(memories, most + 1);
      boolean exact = all.length <= most;
      int[] candidates = exact ? all : fromGraph(vector, memories, limit);
      int[] best = Best.of(view, candidates, cosines(vector, candidates), limit);
      return new Nearest(ranked(vector, hits(best)), exact, exact && all.length <= limit);
    } catch (IOException e) {
      throw new UncheckedIOException("can not read the index", e);
    }
  }

  @Override
  public Map<KeyHit.Place, KeyHit> turns(Collection<KeyHit.Place> places, Filter filter) {
    List<BytesRef> terms =
        places.stream().map(place -> Terms.turn(place.session(), place.sequence())).toList();
    Query there =
        new BooleanQuery.Builder()
            .add(withKeys(FilterQuery.ofMemories(filter)), BooleanClause.Occur.FILTER)
            .add(new TermInSetQuery(Fields.TURN, terms), BooleanClause.Occur.FILTER)
            .build();
    try {
      Map<KeyHit.Place, KeyHit> found = new HashMap<>();
      for (KeyHit hit : hits(documents(there, places.size()))) {
        hit.place().ifPresent(place -> found.put(place, hit));
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException("can not read the index", e);
    }
  }

  @Override
  public void close() {
    try {
      view.reader().decRef();
    } catch (IOException e) {
      throw new UncheckedIOException("can not release the index", e);
    }
  }

  private static Query withKeys(Query memories) {
    return new BooleanQuery.Builder()
        .add(memories, BooleanClause.Occur.FILTER)
        .add(new FieldExistsQuery(Fields.KEY_VECTOR), BooleanClause.Occur.FILTER)
        .build();
  }

  /** Documents that match, in order, at most so many. */
  private int[] documents(Query query, int most) throws IOException {
    Weight weight =
        view.searcher()
            .createWeight(view.searcher().rewrite(query), ScoreMode.COMPLETE_NO_SCORES, 1);
    int[] found = new int[Math.min(most, view.reader().numDocs())];
    int count = 0;
    for (LeafReaderContext leaf : view.reader().leaves()) {
      Scorer scorer = weight.scorer(leaf);
      Bits live = leaf.reader().getLiveDocs();
      DocIdSetIterator it = scorer == null ? DocIdSetIterator.empty() : scorer.iterator();
      int document;
      while (count < found.length && (document = it.nextDoc()) != DocIdSetIterator.NO_MORE_DOCS) {
        if (live == null || live.get(document)) {
          found[count++] = leaf.docBase + document;
        }
      }
    }
    return Arrays.copyOf(found, count);
  }

  private int[] fromGraph(float[] vector, Query memories, int limit) throws IOException {
    Query query = new KnnFloatVectorQuery(Fields.KEY_VECTOR, vector, limit, memories);
    ScoreDoc[] found = view.searcher().search(query, limit).scoreDocs;
    return Arrays.stream(found).mapToInt(one -> one.doc).sorted().toArray();
  }

  private static List<KeyHit> ranked(float[] vector, List<KeyHit> hits) {
    record Ranked(KeyHit hit, double cosine, BytesRef id) {}
    return hits.stream()
        .map(hit -> new Ranked(hit, hit.cosine(vector), new BytesRef(hit.id())))
        .sorted(Comparator.comparingDouble((Ranked one) -> -one.cosine()).thenComparing(Ranked::id))
        .map(Ranked::hit)
        .toList();
  }

  /** Cosines of a vector and the keys of documents, which are in order. */
  private double[] cosines(float[] vector, int[] documents) throws IOException {
    double[] cosines = new double[documents.length];
    List<LeafReaderContext> leaves = view.reader().leaves();
    int i = 0;
    while (i < documents.length) {
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(documents[i], leaves));
      int end = leaf.docBase + leaf.reader().maxDoc();
      FloatVectorValues keys = leaf.reader().getFloatVectorValues(Fields.KEY_VECTOR);
      KnnVectorValues.DocIndexIterator it = keys.iterator();
      for (; i < documents.length && documents[i] < end; i++) {
        it.advance(documents[i] - leaf.docBase);
        cosines[i] = KeyHit.dot(vector, keys.vectorValue(it.index()));
      }
    }
    return cosines;
  }

  private List<KeyHit> hits(int[] documents) throws IOException {
    List<KeyHit> hits = new ArrayList<>(documents.length);
    Columns columns = new Columns(view);
    List<LeafReaderContext> leaves = view.reader().leaves();
    int from = 0;
    while (from < documents.length) {
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(documents[from], leaves));
      int end = leaf.docBase + leaf.reader().maxDoc();
      FloatVectorValues keys = leaf.reader().getFloatVectorValues(Fields.KEY_VECTOR);
      KnnVectorValues.DocIndexIterator it = keys.iterator();
      SortedDocValues session = DocValues.getSorted(leaf.reader(), Fields.SESSION_VALUE);
      NumericDocValues sequence = DocValues.getNumeric(leaf.reader(), Fields.SEQUENCE_VALUE);
      for (; from < documents.length && documents[from] < end; from++) {
        int inLeaf = documents[from] - leaf.docBase;
        it.advance(inLeaf);
        Columns.Row row = columns.read(documents[from]);
        Optional<KeyHit.Place> place =
            session.advanceExact(inLeaf) && sequence.advanceExact(inLeaf)
                ? Optional.of(
                    new KeyHit.Place(
                        session.lookupOrd(session.ordValue()).utf8ToString(), sequence.longValue()))
                : Optional.empty();
        float[] key = keys.vectorValue(it.index()).clone();
        hits.add(new KeyHit(row.id().utf8ToString(), row.revision(), key, place));
      }
    }
    return hits;
  }
}
