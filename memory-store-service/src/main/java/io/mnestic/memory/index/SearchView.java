package io.mnestic.memory.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.jspecify.annotations.Nullable;

/** The index as of one refresh, with what is computed once for it. */
final class SearchView {
  /** Robertson and Zaragoza (2009): the usual saturation and length normalisation. */
  static final float K1 = 1.2f;

  static final float B = 0.75f;

  private final IndexReader reader;
  private final IndexSearcher searcher;
  private final long revision;
  private final long refreshedNanos;
  private final boolean ofCommit;
  private final Map<IndexReader.CacheKey, LeafSummary> summaries = new HashMap<>();
  private final int[] sample;
  private final int[] smallSample;
  private final TokenCounts tokens;
  private final Sessions sessions;
  private int @Nullable [] memories;

  /**
   * A view of a reader.
   *
   * @param revision that the reader sees
   * @param before the view before, whose unchanged segments need not be read again; null when the
   *     index was just opened
   */
  SearchView(IndexReader reader, long revision, @Nullable SearchView before) throws IOException {
    this.reader = reader;
    this.revision = revision;
    this.refreshedNanos = System.nanoTime();
    this.ofCommit = before == null;
    List<LeafSummary> leaves = new ArrayList<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      // A segment seen as of a revision has no helper: it is read for that view alone.
      IndexReader.CacheHelper helper = leaf.reader().getReaderCacheHelper();
      LeafSummary known =
          before == null || helper == null ? null : before.summaries.get(helper.getKey());
      LeafSummary summary = known == null ? LeafSummary.of(leaf.reader()) : known;
      if (helper != null) {
        summaries.put(helper.getKey(), summary);
      }
      leaves.add(summary);
    }
    this.searcher = new LiveSearcher(reader, leaves);
    searcher.setSimilarity(new BM25Similarity(K1, B));
    searcher.setQueryCache(null);
    this.sample = sample(leaves, LeafSummary.SAMPLE);
    this.smallSample = sample(leaves, TokenStatistics.SAMPLE);
    this.tokens = new TokenCounts(reader, leaves);
    this.sessions = Sessions.of(leaves);
  }

  IndexReader reader() {
    return reader;
  }

  IndexSearcher searcher() {
    return searcher;
  }

  long revision() {
    return revision;
  }

  /** Whether it is what the index was opened with: nothing that was replayed since is in it. */
  boolean isOfCommit() {
    return ofCommit;
  }

  long ageNanos() {
    return System.nanoTime() - refreshedNanos;
  }

  /** Documents of the sampled memories, in order. */
  int[] sample() {
    return sample;
  }

  /** Those of the sampled memories with the lowest hashes, in order. */
  int[] smallSample() {
    return smallSample;
  }

  TokenCounts tokens() {
    return tokens;
  }

  /** Documents of all memories, in order; found once. */
  synchronized int[] memories(Memories finder) throws IOException {
    int[] found = memories;
    if (found == null) {
      found = finder.find();
      memories = found;
    }
    return found;
  }

  Sessions sessions() {
    return sessions;
  }

  private int[] sample(List<LeafSummary> leaves, int size) {
    record Sampled(long hash, int document) {}
    List<Sampled> all = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      int base = reader.leaves().get(i).docBase;
      for (long entry : leaves.get(i).sample()) {
        all.add(new Sampled(entry >>> Integer.SIZE, base + (int) entry));
      }
    }
    return all.stream()
        .sorted(
            java.util.Comparator.comparingLong(Sampled::hash).thenComparingInt(Sampled::document))
        .limit(size)
        .mapToInt(Sampled::document)
        .sorted()
        .toArray();
  }

  /** Finds what is the same for every search of a view. */
  @FunctionalInterface
  interface Memories {
    int[] find() throws IOException;
  }
}
