package io.mnestic.orchestrator.document;

import io.mnestic.memory.v1.AttributeValue;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import io.mnestic.orchestrator.v1.DocumentSource;
import io.mnestic.orchestrator.v1.IngestDocumentRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Chunks as memories, and back: an id is made of what a chunk says, so that it stays with it. */
public final class ChunkMemories {
  static final String DOCUMENT = "document";
  private static final String TITLE = "document.title";
  private static final String SECTION = "document.section";
  private static final String START = "document.start";
  private static final String END = "document.end";
  private static final String PAGE = "document.page";
  private static final String INDEX = "document.index";

  private static final int MOST_SECTION_CHARS = 1024;
  private static final int DIGEST_BYTES = 16;

  private ChunkMemories() {}

  /** Where a chunk lies. */
  public static DocumentSource source(Memory chunk) {
    Map<String, AttributeValue> attributes = chunk.getAttributesMap();
    AttributeValue none = AttributeValue.getDefaultInstance();
    return DocumentSource.newBuilder()
        .setDocumentId(attributes.getOrDefault(DOCUMENT, none).getText())
        .setTitle(attributes.getOrDefault(TITLE, none).getText())
        .setSection(attributes.getOrDefault(SECTION, none).getText())
        .setStart((int) attributes.getOrDefault(START, none).getNumber())
        .setEnd((int) attributes.getOrDefault(END, none).getNumber())
        .setPage((int) attributes.getOrDefault(PAGE, none).getNumber())
        .build();
  }

  /** Whether a memory is a chunk of an ingested document. */
  public static boolean isChunk(Memory memory) {
    return memory.getKind() == Kind.KIND_DOCUMENT && memory.containsAttributes(DOCUMENT);
  }

  static List<Memory> of(
      IngestDocumentRequest request, String title, Parsed document, List<Chunk> chunks) {
    CodePoints starts = new CodePoints(document.text());
    CodePoints ends = new CodePoints(document.text());
    Map<String, Integer> seen = new HashMap<>();
    List<Memory> memories = new ArrayList<>();
    for (Chunk chunk : chunks) {
      String section = section(chunk, title);
      String key = key(title, section, chunk.text());
      String id = DOCUMENT + "/" + request.getDocumentId() + "/" + digest(key);
      int repeat = seen.merge(id, 1, Integer::sum);
      memories.add(
          Memory.newBuilder()
              .setId(repeat == 1 ? id : id + "-" + repeat)
              .setKind(Kind.KIND_DOCUMENT)
              .setKey(key)
              .setValue(chunk.text())
              .putAllAttributes(request.getAttributesMap())
              .putAttributes(DOCUMENT, text(request.getDocumentId()))
              .putAttributes(TITLE, text(title))
              .putAttributes(SECTION, text(section))
              .putAttributes(START, number(starts.at(chunk.start())))
              .putAttributes(END, number(ends.at(chunk.end())))
              .putAttributes(PAGE, number(chunk.page()))
              .putAttributes(INDEX, number(memories.size()))
              .build());
    }
    return memories;
  }

  /** The headings, without a first one that only repeats the title. */
  private static String section(Chunk chunk, String title) {
    List<String> path = chunk.section();
    boolean repeats = !path.isEmpty() && path.getFirst().equals(title);
    return Cut.atMost(
        MOST_SECTION_CHARS, String.join(" > ", repeats ? path.subList(1, path.size()) : path));
  }

  private static String key(String title, String section, String text) {
    StringBuilder key = new StringBuilder();
    if (!title.isEmpty()) {
      key.append(title).append('\n');
    }
    if (!section.isEmpty()) {
      key.append(section).append('\n');
    }
    return key.append(text).toString();
  }

  private static String digest(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static AttributeValue text(String value) {
    return AttributeValue.newBuilder().setText(value).build();
  }

  private static AttributeValue number(int value) {
    return AttributeValue.newBuilder().setNumber(value).build();
  }
}
