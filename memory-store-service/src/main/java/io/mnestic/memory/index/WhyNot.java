package io.mnestic.memory.index;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.mnestic.memory.v1.Fate;
import io.mnestic.memory.v1.Filter;
import io.mnestic.memory.v1.Placement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;

/** Tells what became of a memory in a search: which filter, lane or rank lost it. */
final class WhyNot {
  private static final int NONE = -1;

  private final SearchView view;
  private final IndexQuery query;
  private final int[] documents;
  private final double[] totals;
  private final Set<Integer> pool;
  private final Predicate<String> isHit;

  /**
   * For one search.
   *
   * @param documents that were scored, in order
   * @param totals what they are ranked by; NaN for one that can be no hit
   * @param pool the best of them, among which hits were chosen
   * @param isHit whether the memory of an id is one
   */
  WhyNot(
      SearchView view,
      IndexQuery query,
      int[] documents,
      double[] totals,
      Set<Integer> pool,
      Predicate<String> isHit) {
    this.view = view;
    this.query = query;
    this.documents = documents;
    this.totals = totals;
    this.pool = pool;
    this.isHit = isHit;
  }

  /** What became of it, but for what the lanes said, and its document, if it was scored. */
  Told tell(String id) throws IOException {
    Placement.Builder placement = Placement.newBuilder().setId(id);
    if (find(id, Filter.getDefaultInstance()) == NONE) {
      return new Told(placement.setFate(Fate.FATE_NOT_FOUND), NONE);
    }
    int document = find(id, query.filter());
    if (document == NONE) {
      return new Told(placement.setFate(Fate.FATE_FILTERED).addAllFilters(keepingOut(id)), NONE);
    }
    int place = Arrays.binarySearch(documents, document);
    if (place < 0) {
      return new Told(placement.setFate(Fate.FATE_NOT_CANDIDATE), NONE);
    }
    if (Double.isNaN(totals[place])) {
      return new Told(placement.setFate(Fate.FATE_NO_MATCH), document);
    }
    Fate fate = pool.contains(document) ? Fate.FATE_PASSED_OVER : Fate.FATE_BELOW_LIMIT;
    return new Told(
        placement.setFate(isHit.test(id) ? Fate.FATE_HIT : fate).setRank(rank(place)), document);
  }

  private int rank(int place) throws IOException {
    Columns columns = new Columns(view);
    int before = 0;
    List<Integer> equal = new ArrayList<>();
    for (int i = 0; i < totals.length; i++) {
      if (totals[i] > totals[place]) {
        before++;
      } else if (totals[i] == totals[place]) {
        equal.add(documents[i]);
      }
    }
    List<BytesRef> ids = new ArrayList<>();
    for (int document : equal) {
      ids.add(columns.id(document));
    }
    BytesRef own = new Columns(view).id(documents[place]);
    return before + 1 + (int) ids.stream().filter(id -> id.compareTo(own) < 0).count();
  }

  /** The parts of the filter, each alone, that the memory does not pass. */
  private List<String> keepingOut(String id) throws IOException {
    List<String> parts = new ArrayList<>();
    for (Map.Entry<FieldDescriptor, Object> set : query.filter().getAllFields().entrySet()) {
      FieldDescriptor field = set.getKey();
      boolean eachAlone = field.getName().equals("attributes");
      int count = eachAlone ? query.filter().getAttributesCount() : 1;
      for (int i = 0; i < count; i++) {
        Filter.Builder part = Filter.newBuilder();
        if (eachAlone) {
          part.addAttributes(query.filter().getAttributes(i));
        } else {
          part.setField(field, set.getValue());
        }
        if (find(id, part.build()) == NONE) {
          parts.add(eachAlone ? field.getName() + "[" + i + "]" : field.getName());
        }
      }
    }
    return parts;
  }

  private int find(String id, Filter filter) throws IOException {
    Query one =
        new BooleanQuery.Builder()
            .add(new TermQuery(new Term(Fields.ID, id)), BooleanClause.Occur.FILTER)
            .add(FilterQuery.ofMemories(filter), BooleanClause.Occur.FILTER)
            .build();
    ScoreDoc[] found = view.searcher().search(one, 1).scoreDocs;
    return found.length == 0 ? NONE : found[0].doc;
  }

  /**
   * What is told of a memory.
   *
   * @param document that was scored; {@link #NONE} if none was
   */
  record Told(Placement.Builder placement, int document) {
    boolean scored() {
      return document != NONE;
    }
  }
}
