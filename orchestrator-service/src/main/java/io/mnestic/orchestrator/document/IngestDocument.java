package io.mnestic.orchestrator.document;

import com.google.protobuf.util.Timestamps;
import io.mnestic.memory.v1.AttributeValue;
import io.mnestic.memory.v1.Memory;
import io.mnestic.orchestrator.v1.Document;
import io.mnestic.orchestrator.v1.DocumentFormat;
import io.mnestic.orchestrator.v1.IngestDocumentRequest;
import io.mnestic.orchestrator.v1.IngestDocumentResponse;
import io.mnestic.orchestrator.v1.Notice;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Reads a file and makes the store's chunks of it the same as the file's. */
@Singleton
public final class IngestDocument {
  private static final int MOST_TITLE_CHARS = 200;

  private final Documents documents;
  private final StoredChunks stored;

  IngestDocument(Documents documents, StoredChunks stored) {
    this.documents = documents;
    this.stored = stored;
  }

  /**
   * Ingests a file. New chunks are written before old ones go, so that what is in both is never
   * missing; repeating a call that broke off ends its work.
   *
   * @throws io.mnestic.wire.Refusal DOCUMENT_UNREADABLE, ETAG_MISMATCH
   */
  public IngestDocumentResponse ingest(IngestDocumentRequest request) {
    byte[] content = request.getContent().toByteArray();
    DocumentFormat format = Formats.of(content, request.getFormat(), request.getFileName());
    Parsed document = Formats.reader(format).read(content);
    String title = title(request, document);
    List<Memory> chunks = ChunkMemories.of(request, title, document, Chunker.chunks(document));
    if (chunks.isEmpty()) {
      throw Unreadable.because("holds no text");
    }
    String namespace = request.getNamespace();
    String etag = documents.etag(namespace, request.getDocumentId());
    Map<String, Map<String, AttributeValue>> there =
        stored.attributes(namespace, request.getDocumentId());
    List<Memory> added = new ArrayList<>();
    List<Memory> moved = new ArrayList<>();
    for (Memory chunk : chunks) {
      Map<String, AttributeValue> attributes = there.remove(chunk.getId());
      if (attributes == null) {
        added.add(chunk);
      } else if (!attributes.equals(chunk.getAttributesMap())) {
        moved.add(chunk);
      }
    }
    List<Notice> notices = stored.add(namespace, added);
    stored.move(namespace, moved);
    int removed = stored.remove(namespace, List.copyOf(there.keySet()));
    Document now =
        Document.newBuilder()
            .setId(request.getDocumentId())
            .setTitle(title)
            .setFormat(format)
            .setSizeBytes(content.length)
            .setSha256(sha256(content))
            .setChunkCount(chunks.size())
            .setUpdateTime(Timestamps.now())
            .build();
    return IngestDocumentResponse.newBuilder()
        .setDocument(now)
        .setAddedChunks(added.size())
        .setKeptChunks(chunks.size() - added.size())
        .setRemovedChunks(removed)
        .setRevision(documents.put(namespace, now, etag))
        .addAllNotices(notices)
        .build();
  }

  private static String title(IngestDocumentRequest request, Parsed document) {
    if (!request.getTitle().isEmpty()) {
      return request.getTitle();
    }
    String own = document.title().replaceAll("[\\s\\p{Cc}]+", " ").strip();
    return Cut.atMost(MOST_TITLE_CHARS, own.isEmpty() ? request.getFileName() : own);
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
