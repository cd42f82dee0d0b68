package io.mnestic.memory.index;

import com.google.protobuf.Timestamp;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.NamedVector;
import io.mnestic.memory.v1.TokenVectors;
import io.mnestic.memory.v1.Turn;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.BinaryPoint;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.StringHelper;

/** A memory as Lucene documents: its passages first, itself last. */
final class MemoryDocuments {
  private static final String PASSAGE = "passage/";
  private static final int HASH_SEED = 0x6d6e6573;
  private static final FieldType WORDS = words();

  private MemoryDocuments() {}

  /**
   * The documents of a memory.
   *
   * @param position of the log entry that holds it
   */
  static List<Document> of(Memory memory, long position) {
    List<Document> documents = new ArrayList<>();
    Document main = filterable(memory);
    for (NamedVector vector : memory.getVectorsList()) {
      if (vector.getName().startsWith(PASSAGE)) {
        Document passage = filterable(memory);
        passage.add(vector(Fields.PASSAGE_VECTOR, vector));
        passage.add(
            new NumericDocValuesField(
                Fields.PASSAGE_VALUE,
                Integer.parseInt(vector.getName().substring(PASSAGE.length()))));
        documents.add(passage);
      } else {
        main.add(
            vector(
                vector.getName().equals("key") ? Fields.KEY_VECTOR : Fields.CONTEXT_VECTOR,
                vector));
      }
    }
    BytesRef id = new BytesRef(memory.getId());
    main.add(new StringField(Fields.MEMORY, Fields.YES, Field.Store.NO));
    main.add(new Field(Fields.KEY_TEXT, memory.getKey(), WORDS));
    main.add(new BinaryDocValuesField(Fields.ID_VALUE, id));
    main.add(new NumericDocValuesField(Fields.HASH_VALUE, hash(id)));
    main.add(new NumericDocValuesField(Fields.REVISION_VALUE, memory.getRevision()));
    main.add(new NumericDocValuesField(Fields.POSITION_VALUE, position));
    main.add(new NumericDocValuesField(Fields.CHILDREN_VALUE, documents.size()));
    int tokens = memory.getTokenVectorsList().stream().mapToInt(TokenVectors::getIdsCount).sum();
    if (tokens > 0) {
      main.add(new NumericDocValuesField(Fields.TOKENS_VALUE, tokens));
    }
    memory.getTokenVectorsList().stream()
        .flatMap(vectors -> vectors.getIdsList().stream())
        .distinct()
        .forEach(token ->
            main.add(
                new StringField(Fields.TOKEN, Integer.toUnsignedString(token), Field.Store.NO)));
    if (memory.hasTurn()) {
      Turn turn = memory.getTurn();
      main.add(new SortedDocValuesField(Fields.SESSION_VALUE, new BytesRef(turn.getSession())));
      main.add(new NumericDocValuesField(Fields.SEQUENCE_VALUE, turn.getSequence()));
      main.add(
          new StringField(
              Fields.TURN, Terms.turn(turn.getSession(), turn.getSequence()), Field.Store.NO));
    }
    documents.add(main);
    return documents;
  }

  private static Document filterable(Memory memory) {
    Document document = new Document();
    document.add(new StringField(Fields.ID, memory.getId(), Field.Store.NO));
    document.add(
        new StringField(Fields.KIND, Integer.toString(memory.getKindValue()), Field.Store.NO));
    document.add(
        new StringField(
            Fields.PINNED, memory.getPinned() ? Fields.YES : Fields.NO, Field.Store.NO));
    Timestamp time = memory.getCreateTime();
    if (memory.hasTurn()) {
      Turn turn = memory.getTurn();
      time = turn.getSaidTime();
      document.add(new StringField(Fields.SESSION, turn.getSession(), Field.Store.NO));
      document.add(new StringField(Fields.SPEAKER, turn.getSpeaker(), Field.Store.NO));
    }
    document.add(new BinaryPoint(Fields.TIME, Terms.time(time)));
    if (memory.hasValidFrom()) {
      document.add(new BinaryPoint(Fields.VALID_FROM, Terms.time(memory.getValidFrom())));
    }
    if (memory.hasValidTo()) {
      document.add(new BinaryPoint(Fields.VALID_TO, Terms.time(memory.getValidTo())));
    }
    memory
        .getAttributesMap()
        .forEach((name, value) ->
            document.add(
                new StringField(Fields.ATTRIBUTE, Terms.attribute(name, value), Field.Store.NO)));
    return document;
  }

  private static KnnFloatVectorField vector(String field, NamedVector vector) {
    float[] values = new float[vector.getValuesCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = vector.getValues(i);
    }
    return new KnnFloatVectorField(field, values, VectorSimilarityFunction.DOT_PRODUCT);
  }

  private static long hash(BytesRef id) {
    return Integer.toUnsignedLong(StringHelper.murmurhash3_x86_32(id, HASH_SEED));
  }

  private static FieldType words() {
    FieldType type = new FieldType();
    type.setTokenized(true);
    type.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    type.freeze();
    return type;
  }
}
