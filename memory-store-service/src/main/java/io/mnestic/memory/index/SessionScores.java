package io.mnestic.memory.index;

import java.io.IOException;
import java.util.Map;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** BM25 with whole sessions as the texts, from the postings of their turns. */
final class SessionScores {
  private SessionScores() {}

  /** The score of each session by its number. */
  static double[] of(SearchView view, QueryWords words) throws IOException {
    Sessions sessions = view.sessions();
    double[] scores = new double[sessions.lengths().length];
    for (Map.Entry<String, Integer> word : words.counts().entrySet()) {
      int[] frequencies = frequencies(view, new BytesRef(word.getKey()));
      int having = 0;
      for (int frequency : frequencies) {
        having += frequency > 0 ? 1 : 0;
      }
      double rarity = Math.log(1 + (sessions.count() - having + 0.5) / (having + 0.5));
      for (int i = 0; i < frequencies.length; i++) {
        if (frequencies[i] > 0) {
          double relative = sessions.lengths()[i] / sessions.averageLength();
          double saturation = SearchView.K1 * (1 - SearchView.B + SearchView.B * relative);
          scores[i] += word.getValue() * rarity * frequencies[i] / (frequencies[i] + saturation);
        }
      }
    }
    return scores;
  }

  /** How often the word stands in each session's live turns. */
  private static int[] frequencies(SearchView view, BytesRef word) throws IOException {
    int[] frequencies = new int[view.sessions().lengths().length];
    for (LeafReaderContext leaf : view.reader().leaves()) {
      Terms terms = leaf.reader().terms(Fields.KEY_TEXT);
      TermsEnum found = terms == null ? null : terms.iterator();
      if (found == null || !found.seekExact(word)) {
        continue;
      }
      int[] numbers = view.sessions().numbers().get(leaf.ord);
      @Nullable Bits live = leaf.reader().getLiveDocs();
      SortedDocValues session = DocValues.getSorted(leaf.reader(), Fields.SESSION_VALUE);
      PostingsEnum postings = found.postings(null, PostingsEnum.FREQS);
      int document;
      while ((document = postings.nextDoc()) != DocIdSetIterator.NO_MORE_DOCS) {
        if ((live == null || live.get(document)) && session.advanceExact(document)) {
          frequencies[numbers[session.ordValue()]] += postings.freq();
        }
      }
    }
    return frequencies;
  }
}
