package io.mnestic.memory.index;

import java.io.IOException;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/**
 * A segment without the memories that were written after a revision: they look like deleted ones.
 */
final class VisibleLeaf extends FilterLeafReader {
  private final FixedBitSet visible;
  private final int count;

  private VisibleLeaf(LeafReader in, FixedBitSet visible) {
    super(in);
    this.visible = visible;
    this.count = visible.cardinality();
  }

  static VisibleLeaf of(LeafReader in, long revision) throws IOException {
    FixedBitSet visible = new FixedBitSet(in.maxDoc());
    Bits live = in.getLiveDocs();
    NumericDocValues revisions = DocValues.getNumeric(in, Fields.REVISION_VALUE);
    NumericDocValues children = DocValues.getNumeric(in, Fields.CHILDREN_VALUE);
    int document;
    while ((document = revisions.nextDoc()) != DocIdSetIterator.NO_MORE_DOCS) {
      if ((live == null || live.get(document)) && revisions.longValue() <= revision) {
        int passages = children.advanceExact(document) ? (int) children.longValue() : 0;
        visible.set(document - passages, document + 1);
      }
    }
    return new VisibleLeaf(in, visible);
  }

  @Override
  public Bits getLiveDocs() {
    return visible;
  }

  @Override
  public int numDocs() {
    return count;
  }

  @Override
  public @Nullable CacheHelper getCoreCacheHelper() {
    return in.getCoreCacheHelper();
  }

  /** None: what is visible depends on the revision. */
  @Override
  public @Nullable CacheHelper getReaderCacheHelper() {
    return null;
  }
}
