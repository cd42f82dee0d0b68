package io.mnestic.orchestrator.tokens;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.ArrayList;
import java.util.List;

/** Counts each text once: a window holds the same turns call after call. */
final class RememberingCounter implements TokenCounter {
  private final TokenCounter counter;
  private final Cache<Counted, Integer> counts;

  RememberingCounter(TokenCounter counter, Cache<Counted, Integer> counts) {
    this.counter = counter;
    this.counts = counts;
  }

  @Override
  public String name() {
    return counter.name();
  }

  @Override
  public int[] count(List<String> texts) {
    int[] result = new int[texts.size()];
    List<String> missing = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < result.length; i++) {
      String text = texts.get(i);
      if (text.isEmpty()) {
        continue;
      }
      Integer known = counts.getIfPresent(new Counted(name(), text));
      if (known == null) {
        missing.add(text);
        places.add(i);
      } else {
        result[i] = known;
      }
    }
    if (missing.isEmpty()) {
      return result;
    }
    int[] counted = counter.count(missing);
    for (int i = 0; i < counted.length; i++) {
      result[places.get(i)] = counted[i];
      counts.put(new Counted(name(), missing.get(i)), counted[i]);
    }
    return result;
  }

  /** A text and what counted it. */
  record Counted(String tokenizer, String text) {
    int weight() {
      return text.length() + 64;
    }
  }
}
