package io.mnestic.memory.index;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/**
 * The words of a query text with how often each stands there. There is no query syntax: every
 * character is text.
 *
 * @param counts analysed words, the first {@link #MOST} distinct ones
 */
record QueryWords(Map<String, Integer> counts) {
  /** Lucene's own bound on the clauses of a query. */
  static final int MOST = 1_024;

  static QueryWords of(String text, Analyzer analyzer) throws IOException {
    Map<String, Integer> counts = new LinkedHashMap<>();
    try (TokenStream stream = analyzer.tokenStream(Fields.KEY_TEXT, text)) {
      CharTermAttribute word = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) {
        if (counts.size() < MOST || counts.containsKey(word.toString())) {
          counts.merge(word.toString(), 1, Integer::sum);
        }
      }
      stream.end();
    }
    return new QueryWords(counts);
  }

  /** Any of the words, each weighted by its count. */
  Query anyOf() {
    if (counts.isEmpty()) {
      return new MatchNoDocsQuery("the query text has no words");
    }
    BooleanQuery.Builder query = new BooleanQuery.Builder();
    counts.forEach((word, count) -> {
      Query term = new TermQuery(new Term(Fields.KEY_TEXT, word));
      query.add(count == 1 ? term : new BoostQuery(term, count), BooleanClause.Occur.SHOULD);
    });
    return query.build();
  }
}
