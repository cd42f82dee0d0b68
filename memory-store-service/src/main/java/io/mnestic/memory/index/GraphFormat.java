package io.mnestic.memory.index;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/**
 * Lucene's HNSW format (Malkov and Yashunin 2018) for vectors of up to 4,096 numbers; Lucene itself
 * stops at 1,024. Files carry Lucene's own format name and are read by it.
 */
final class GraphFormat extends KnnVectorsFormat {
  private static final int MAX_DIMENSIONS = 4_096;

  private final Lucene99HnswVectorsFormat format;

  private GraphFormat(Lucene99HnswVectorsFormat format) {
    super(format.getName());
    this.format = format;
  }

  /** Lucene's default codec with this format for every vector field. */
  static Lucene104Codec codec(IndexSettings settings) {
    GraphFormat format =
        new GraphFormat(
            new Lucene99HnswVectorsFormat(
                settings.graphConnections(),
                settings.graphBreadth(),
                Lucene99HnswVectorsFormat.DEFAULT_NUM_MERGE_WORKER,
                null,
                settings.graphThreshold()));
    return new Lucene104Codec() {
      @Override
      public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return format;
      }
    };
  }

  @Override
  public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    return format.fieldsWriter(state);
  }

  @Override
  public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return format.fieldsReader(state);
  }

  @Override
  public int getMaxDimensions(String fieldName) {
    return MAX_DIMENSIONS;
  }
}
