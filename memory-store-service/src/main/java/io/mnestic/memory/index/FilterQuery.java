package io.mnestic.memory.index;

import io.mnestic.memory.v1.AttributeCondition;
import io.mnestic.memory.v1.AttributeValue;
import io.mnestic.memory.v1.Filter;
import io.mnestic.memory.v1.NumberRange;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.lucene.document.BinaryPoint;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermRangeQuery;
import org.apache.lucene.util.BytesRef;

/** A {@link Filter} as a Lucene query, for memories or for their passages. */
final class FilterQuery {
  private static final byte[] FIRST_TIME = bytes((byte) 0);
  private static final byte[] LAST_TIME = bytes((byte) 0xFF);

  private FilterQuery() {}

  static Query ofMemories(Filter filter) {
    return of(filter, new TermQuery(new Term(Fields.MEMORY, Fields.YES)));
  }

  static Query ofPassages(Filter filter) {
    return of(filter, new FieldExistsQuery(Fields.PASSAGE_VECTOR));
  }

  private static Query of(Filter filter, Query documents) {
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    all.add(documents, BooleanClause.Occur.FILTER);
    if (filter.getKindsCount() > 0) {
      List<BytesRef> kinds =
          filter.getKindsValueList().stream()
              .map(kind -> new BytesRef(Integer.toString(kind)))
              .toList();
      require(all, new TermInSetQuery(Fields.KIND, kinds));
    }
    requireAny(all, Fields.SESSION, filter.getSessionsList());
    requireAny(all, Fields.SPEAKER, filter.getSpeakersList());
    if (filter.hasPinned()) {
      String pinned = filter.getPinned() ? Fields.YES : Fields.NO;
      require(all, new TermQuery(new Term(Fields.PINNED, pinned)));
    }
    if (filter.hasFromTime() || filter.hasToTime()) {
      byte[] from = filter.hasFromTime() ? Terms.time(filter.getFromTime()) : FIRST_TIME;
      byte[] to = filter.hasToTime() ? before(Terms.time(filter.getToTime())) : LAST_TIME;
      require(all, BinaryPoint.newRangeQuery(Fields.TIME, from, to));
    }
    if (filter.hasValidAt()) {
      byte[] time = Terms.time(filter.getValidAt());
      exclude(all, BinaryPoint.newRangeQuery(Fields.VALID_FROM, after(time), LAST_TIME));
      exclude(all, BinaryPoint.newRangeQuery(Fields.VALID_TO, FIRST_TIME, time));
    }
    if (filter.hasValidAfter()) {
      byte[] time = Terms.time(filter.getValidAfter());
      exclude(all, BinaryPoint.newRangeQuery(Fields.VALID_TO, FIRST_TIME, time));
    }
    if (filter.hasValidBefore()) {
      byte[] time = Terms.time(filter.getValidBefore());
      exclude(all, BinaryPoint.newRangeQuery(Fields.VALID_FROM, time, LAST_TIME));
    }
    filter.getAttributesList().forEach(condition -> require(all, condition(condition)));
    return all.build();
  }

  private static Query condition(AttributeCondition condition) {
    String name = condition.getName();
    return switch (condition.getConditionCase()) {
      case EQUALS -> anyOf(name, List.of(condition.getEquals()));
      case ANY_OF -> anyOf(name, condition.getAnyOf().getValuesList());
      case RANGE -> range(name, condition.getRange());
      case CONDITION_NOT_SET ->
          throw new IllegalArgumentException("attribute without condition: " + name);
    };
  }

  private static Query anyOf(String name, Collection<AttributeValue> values) {
    return new TermInSetQuery(
        Fields.ATTRIBUTE, values.stream().map(value -> Terms.attribute(name, value)).toList());
  }

  private static Query range(String name, NumberRange range) {
    return new TermRangeQuery(
        Fields.ATTRIBUTE,
        Terms.number(name, range.hasMin() ? range.getMin() : Double.NEGATIVE_INFINITY),
        Terms.number(name, range.hasMax() ? range.getMax() : Double.POSITIVE_INFINITY),
        true,
        true);
  }

  private static void requireAny(BooleanQuery.Builder all, String field, List<String> values) {
    if (!values.isEmpty()) {
      require(all, new TermInSetQuery(field, values.stream().map(BytesRef::new).toList()));
    }
  }

  private static void require(BooleanQuery.Builder all, Query query) {
    all.add(query, BooleanClause.Occur.FILTER);
  }

  private static void exclude(BooleanQuery.Builder all, Query query) {
    all.add(query, BooleanClause.Occur.MUST_NOT);
  }

  /** The first value after an exclusive start, which is no time's last. */
  private static byte[] after(byte[] start) {
    byte[] first = start.clone();
    int i = first.length - 1;
    while (++first[i] == 0) {
      i--;
    }
    return first;
  }

  /** The last value before an exclusive end. */
  private static byte[] before(byte[] end) {
    byte[] last = end.clone();
    for (int i = last.length - 1; i >= 0; i--) {
      if (last[i]-- != 0) {
        return last;
      }
    }
    return end;
  }

  private static byte[] bytes(byte value) {
    byte[] bytes = new byte[Terms.TIME_BYTES];
    Arrays.fill(bytes, value);
    return bytes;
  }
}
