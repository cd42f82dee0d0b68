package io.mnestic.memory.index;

import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** Ids, revisions and positions of memories that are asked for in document order. */
final class Columns {
  private final List<LeafReaderContext> leaves;
  private @Nullable Leaf current;

  Columns(SearchView view) {
    this.leaves = view.reader().leaves();
  }

  Row read(int document) throws IOException {
    Leaf leaf = leaf(document);
    int inLeaf = document - leaf.context.docBase;
    leaf.revision.advanceExact(inLeaf);
    leaf.position.advanceExact(inLeaf);
    return new Row(id(document), leaf.revision.longValue(), leaf.position.longValue());
  }

  BytesRef id(int document) throws IOException {
    Leaf leaf = leaf(document);
    leaf.id.advanceExact(document - leaf.context.docBase);
    return BytesRef.deepCopyOf(leaf.id.binaryValue());
  }

  private Leaf leaf(int document) throws IOException {
    Leaf leaf = current;
    if (leaf == null || document >= leaf.context.docBase + leaf.context.reader().maxDoc()) {
      leaf = Leaf.of(leaves.get(ReaderUtil.subIndex(document, leaves)));
      current = leaf;
    }
    return leaf;
  }

  /** What is read of a memory. */
  record Row(BytesRef id, long revision, long position) {}

  private record Leaf(
      LeafReaderContext context,
      BinaryDocValues id,
      NumericDocValues revision,
      NumericDocValues position) {
    static Leaf of(LeafReaderContext context) throws IOException {
      LeafReader reader = context.reader();
      return new Leaf(
          context,
          DocValues.getBinary(reader, Fields.ID_VALUE),
          DocValues.getNumeric(reader, Fields.REVISION_VALUE),
          DocValues.getNumeric(reader, Fields.POSITION_VALUE));
    }
  }
}
