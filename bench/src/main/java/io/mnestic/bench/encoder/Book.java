package io.mnestic.bench.encoder;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/**
 * Jane Austen's "Pride and Prejudice" (1813, in the public domain) as texts of wanted lengths: from
 * the beginning of a sentence, to the word at which the length is reached.
 */
final class Book {
  static final String TITLE = "Jane Austen, Pride and Prejudice (1813)";

  private static final String FILE = "pride-and-prejudice.txt";
  private static final Pattern SENTENCE_END = Pattern.compile(".*[.!?][\"')_]*");

  private final String[] words = read().strip().split("\\s+");
  private final int[] sentences = sentenceStarts(words);
  private final Map<String, long[]> pieces = new HashMap<>();
  private final WordPieces tokenizer;

  Book(WordPieces tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Texts of these lengths in tokens, special ones included; shorter by a part of a word where the
   * length falls inside one.
   */
  List<Text> texts(int[] lengths, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Text> texts = new ArrayList<>(lengths.length);
    for (int length : lengths) {
      Text text = at(sentences[random.nextInt(sentences.length)], length);
      while (text.tokens() < Lengths.LEAST || text.tokens() > length) {
        text = at(sentences[random.nextInt(sentences.length)], length);
      }
      texts.add(text);
    }
    return texts;
  }

  /** Phrases of {@code wordCount} words, from the beginnings of sentences. */
  List<String> phrases(int count, int wordCount, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return random
        .ints(count, 0, sentences.length)
        .mapToObj(sentence -> join(sentences[sentence], wordCount))
        .toList();
  }

  private Text at(int start, int length) {
    int budget = length - 2;
    int end = start;
    List<long[]> content = new ArrayList<>();
    while (end < words.length) {
      long[] word = pieces.computeIfAbsent(words[end], tokenizer::content);
      // A text has one word at least, whatever it is made of.
      if (end > start && word.length > budget) {
        break;
      }
      content.add(word);
      budget -= word.length;
      end++;
    }
    long[] ids = content.stream().flatMapToLong(Arrays::stream).toArray();
    return new Text(join(start, end - start), tokenizer.framed(ids));
  }

  private String join(int start, int count) {
    int end = Math.min(words.length, start + count);
    return String.join(" ", Arrays.asList(words).subList(start, end));
  }

  private static int[] sentenceStarts(String[] words) {
    List<Integer> starts = new ArrayList<>(List.of(0));
    for (int word = 1; word < words.length; word++) {
      if (SENTENCE_END.matcher(words[word - 1]).matches()) {
        starts.add(word);
      }
    }
    return starts.stream().mapToInt(Integer::intValue).toArray();
  }

  private static String read() {
    try (InputStream file = Book.class.getResourceAsStream(FILE)) {
      if (file == null) {
        throw new IllegalStateException(FILE + " is not in the jar");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("can not read " + FILE, e);
    }
  }
}
