package io.mnestic.memory.index;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.MultiReader;
import org.apache.lucene.util.IOUtils;

/**
 * What a revision of the past saw: the memories of the present index that were written up to it,
 * and beside them those that ended since. It keeps the present one's reader open.
 */
final class PastReader extends MultiReader {
  private final IndexReader head;
  private final Optional<EndedMemories> ended;

  private PastReader(IndexReader head, IndexReader[] parts, Optional<EndedMemories> ended)
      throws IOException {
    super(parts, false);
    this.head = head;
    this.ended = ended;
  }

  /**
   * A reader.
   *
   * @param head an open reader of the present index
   * @param ended the memories that the revision saw and that are not in the present index; closed
   *     with this
   */
  static PastReader of(IndexReader head, long revision, Optional<EndedMemories> ended)
      throws IOException {
    List<IndexReader> parts = new ArrayList<>();
    for (LeafReaderContext leaf : head.leaves()) {
      parts.add(VisibleLeaf.of(leaf.reader(), revision));
    }
    if (ended.isPresent()) {
      DirectoryReader reader = ended.get().reader();
      parts.add(reader);
    }
    PastReader reader = new PastReader(head, parts.toArray(IndexReader[]::new), ended);
    head.incRef();
    return reader;
  }

  @Override
  protected synchronized void doClose() throws IOException {
    List<Closeable> all = new ArrayList<>();
    all.add(super::doClose);
    all.add(head::decRef);
    ended.ifPresent(all::add);
    IOUtils.close(all);
  }
}
