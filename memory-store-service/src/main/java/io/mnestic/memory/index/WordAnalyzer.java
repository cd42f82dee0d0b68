package io.mnestic.memory.index;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.WordlistLoader;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.util.IOUtils;

/**
 * Text to words, for all languages alike: words by Unicode's rules (UAX #29), Chinese, Japanese and
 * Korean as overlapping pairs of characters, English without its stop words and endings (Porter
 * 1980).
 */
final class WordAnalyzer extends Analyzer {
  private final CharArraySet stopWords = stopWords();

  @Override
  protected TokenStreamComponents createComponents(String fieldName) {
    StandardTokenizer words = new StandardTokenizer();
    TokenStream stream = new CJKWidthFilter(words);
    stream = new LowerCaseFilter(stream);
    stream = new CJKBigramFilter(stream);
    stream = new EnglishPossessiveFilter(stream);
    stream = new StopFilter(stream, stopWords);
    return new TokenStreamComponents(words, new PorterStemFilter(stream));
  }

  /** Snowball's list: unlike Lucene's short default it has the words that questions begin with. */
  private static CharArraySet stopWords() {
    try (InputStream list =
        IOUtils.requireResourceNonNull(
            SnowballFilter.class.getResourceAsStream("english_stop.txt"), "english_stop.txt")) {
      return WordlistLoader.getSnowballWordSet(list);
    } catch (IOException e) {
      throw new UncheckedIOException("can not read the stop words", e);
    }
  }
}
