package io.mnestic.orchestrator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.mnestic.memory.v1.AttributeValue;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.DeleteDocumentRequest;
import io.mnestic.orchestrator.v1.DocumentFormat;
import io.mnestic.orchestrator.v1.DocumentSource;
import io.mnestic.orchestrator.v1.IngestDocumentRequest;
import io.mnestic.orchestrator.v1.IngestDocumentResponse;
import io.mnestic.orchestrator.v1.ListDocumentsRequest;
import io.mnestic.orchestrator.v1.Notice;
import io.mnestic.orchestrator.v1.NoticeKind;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc.OrchestratorServiceBlockingStub;
import io.mnestic.orchestrator.v1.RecallRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Documents, from a file to a recalled chunk, over real channels. */
final class DocumentIT {
  private static final String GUIDE =
      """
      # Guide

      🍵 Green tea comes from Japan.

      ## Brewing

      Three minutes at eighty degrees.

      ## Storing

      Keep it dry and dark.
      """;

  private final Running running = new Running();
  private final OrchestratorServiceBlockingStub orchestrator = running.orchestrator();

  @BeforeEach
  void createNamespace() {
    orchestrator.createSession(
        CreateSessionRequest.newBuilder()
            .setNamespace("n")
            .setSessionId("s")
            .setCreateNamespace(true)
            .build());
  }

  @AfterEach
  void stop() {
    running.close();
  }

  @Test
  void aRecalledChunkCitesDocumentSectionAndOffsets() {
    IngestDocumentResponse reply = orchestrator.ingestDocument(guide(GUIDE).build());
    assertThat(reply.getDocument().getTitle()).isEqualTo("Guide");
    assertThat(reply.getDocument().getFormat()).isEqualTo(DocumentFormat.DOCUMENT_FORMAT_MARKDOWN);
    assertThat(reply.getDocument().getSha256()).hasSize(64);
    assertThat(reply.getAddedChunks()).isEqualTo(3);
    var recalled =
        orchestrator.recall(
            RecallRequest.newBuilder()
                .setNamespace("n")
                .setQuery("minutes at eighty degrees")
                .setMinRevision(reply.getRevision())
                .build());
    DocumentSource source = recalled.getMemories(0).getSource();
    assertThat(source.getDocumentId()).isEqualTo("guide");
    assertThat(source.getTitle()).isEqualTo("Guide");
    assertThat(source.getSection()).isEqualTo("Brewing");
    assertThat(source.getPage()).isZero();
    int[] points = GUIDE.codePoints().toArray();
    assertThat(new String(points, source.getStart(), source.getEnd() - source.getStart()))
        .isEqualTo("Three minutes at eighty degrees.")
        .isEqualTo(recalled.getMemories(0).getMemory().getValue());
    var context =
        orchestrator.assembleContext(
            AssembleContextRequest.newBuilder()
                .setNamespace("n")
                .setQuery("minutes at eighty degrees")
                .setBudgetTokens(500)
                .build());
    assertThat(context.getMessages(0).getContent())
        .contains("- Guide, Brewing: Three minutes at eighty degrees.\n");
  }

  @Test
  void ingestingAgainReplacesWhatChangedAndEncodesNothingElse() {
    orchestrator.ingestDocument(guide(GUIDE).build());
    List<Memory> before = chunks();
    running.encoder.encodedTexts.clear();
    IngestDocumentResponse again =
        orchestrator.ingestDocument(
            guide(GUIDE.replace("Keep it dry and dark", "Keep it cool").replace("🍵 ", ""))
                .build());
    assertThat(again.getAddedChunks()).isEqualTo(2);
    assertThat(again.getKeptChunks()).isEqualTo(1);
    assertThat(again.getRemovedChunks()).isEqualTo(2);
    assertThat(running.encoder.encodedTexts)
        .containsExactlyInAnyOrder(
            "Guide\nGreen tea comes from Japan.", "Guide\nStoring\nKeep it cool.");
    Memory kept = find(chunks(), "Three minutes");
    Memory was = find(before, "Three minutes");
    assertThat(kept.getId()).isEqualTo(was.getId());
    assertThat(kept.getVectorsList()).isEqualTo(was.getVectorsList()).isNotEmpty();
    assertThat(start(kept)).isEqualTo(start(was) - 2);
    assertThat(chunks()).extracting(Memory::getValue).doesNotContain("Keep it dry and dark.");
  }

  @Test
  void ingestingTheSameChangesNothing() {
    orchestrator.ingestDocument(guide(GUIDE).build());
    List<Memory> before = chunks();
    IngestDocumentResponse again = orchestrator.ingestDocument(guide(GUIDE).build());
    assertThat(again.getAddedChunks()).isZero();
    assertThat(again.getKeptChunks()).isEqualTo(3);
    assertThat(again.getRemovedChunks()).isZero();
    assertThat(chunks()).isEqualTo(before);
  }

  @Test
  void chunksThatSayTheSameAreKeptEach() {
    IngestDocumentRequest twice = guide("# A\n\nsame\n\n# B\n\nx\n\n# A\n\nsame\n").build();
    assertThat(orchestrator.ingestDocument(twice).getAddedChunks()).isEqualTo(3);
    assertThat(orchestrator.ingestDocument(twice).getKeptChunks()).isEqualTo(3);
    assertThat(chunks()).extracting(Memory::getId).doesNotHaveDuplicates().hasSize(3);
  }

  @Test
  void withoutTheEncoderADocumentIsKeptAndItsVectorsFollow() {
    running.encoderPeer.stop();
    IngestDocumentResponse reply = orchestrator.ingestDocument(guide(GUIDE).build());
    assertThat(reply.getNoticesList())
        .extracting(Notice::getKind)
        .containsExactly(NoticeKind.NOTICE_KIND_VECTORS_PENDING);
    assertThat(chunks()).hasSize(3);
  }

  @Test
  void documentsAreListedAndDeletedWithTheirChunks() {
    orchestrator.ingestDocument(guide(GUIDE).build());
    orchestrator.ingestDocument(guide("Other").setDocumentId("other").build());
    var list = ListDocumentsRequest.newBuilder().setNamespace("n").setPageSize(1);
    var page = orchestrator.listDocuments(list.build());
    assertThat(page.getDocuments(0).getId()).isEqualTo("guide");
    assertThat(page.getDocuments(0).getChunkCount()).isEqualTo(3);
    assertThat(
            orchestrator
                .listDocuments(list.setPageToken(page.getNextPageToken()).build())
                .getDocuments(0)
                .getId())
        .isEqualTo("other");
    var delete =
        DeleteDocumentRequest.newBuilder().setNamespace("n").setDocumentId("guide").build();
    assertThat(orchestrator.deleteDocument(delete).getForgottenChunks()).isEqualTo(3);
    assertThat(chunks()).extracting(Memory::getValue).containsExactly("Other");
    Refused.by(() -> orchestrator.deleteDocument(delete))
        .because(Code.NOT_FOUND, "DOCUMENT_NOT_FOUND", "document_id");
  }

  @Test
  void aPdfIsCitedByItsPages() throws IOException {
    IngestDocumentResponse reply =
        orchestrator.ingestDocument(
            file(pdf(null, "Green tea comes from Japan.", "Keep it dry and dark.")).build());
    assertThat(reply.getDocument().getFormat()).isEqualTo(DocumentFormat.DOCUMENT_FORMAT_PDF);
    var recalled =
        orchestrator.recall(
            RecallRequest.newBuilder().setNamespace("n").setQuery("dry and dark").build());
    assertThat(recalled.getMemories(0).getMemory().getValue()).contains("Keep it dry and dark.");
  }

  @Test
  void filesThatCanNotBeReadAreRefusedWithTheReason() throws IOException {
    byte[] pdf = pdf(null, "Green tea");
    StandardProtectionPolicy locked =
        new StandardProtectionPolicy("owner", "user", new AccessPermission());
    AccessPermission none = new AccessPermission();
    none.setCanExtractContent(false);
    unreadable("password", file(pdf(locked, "Secret tea")));
    unreadable("does not allow", file(pdf(new StandardProtectionPolicy("o", "", none), "Tea")));
    unreadable("cut off", file(Arrays.copyOf(pdf, pdf.length / 2)));
    unreadable("damaged", file("%PDF-1.7\nnothing\n%%EOF".getBytes(UTF_8)));
    unreadable("without text", file(pdf(null)));
    unreadable("is a PDF, not", file(pdf).setFormat(DocumentFormat.DOCUMENT_FORMAT_HTML));
    unreadable("is no PDF", guide("text").setFormat(DocumentFormat.DOCUMENT_FORMAT_PDF));
    unreadable("not text in UTF-8", file(new byte[] {(byte) 0xC3, (byte) 0x28}));
    unreadable("NUL", file(new byte[] {'a', 0, 'b'}));
    unreadable("holds no text", guide(" \n\n "));
    unreadable("holds no text", guide("# Only\n## Headings\n"));
    unreadable("holds no text", guide("<html><body><script>x</script></body></html>"));
    assertThat(chunks()).isEmpty();
    assertThat(
            orchestrator
                .listDocuments(ListDocumentsRequest.newBuilder().setNamespace("n").build())
                .getDocumentsList())
        .isEmpty();
  }

  @Test
  void badRequestsAreRefused() {
    Refused.by(() -> orchestrator.ingestDocument(guide("").build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "content");
    Refused.by(() ->
            orchestrator.ingestDocument(
                guide("x").setContent(ByteString.copyFrom(new byte[(32 << 20) + 1])).build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "content");
    Refused.by(() -> orchestrator.ingestDocument(guide("x").setDocumentId("a\nb").build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "document_id");
    Refused.by(() ->
            orchestrator.ingestDocument(
                guide("x")
                    .putAttributes("document.x", AttributeValue.newBuilder().setFlag(true).build())
                    .build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "attributes");
    Refused.by(() -> orchestrator.ingestDocument(guide("x").setNamespace("none").build()))
        .because(Code.NOT_FOUND, "NAMESPACE_NOT_FOUND", "namespace");
  }

  private void unreadable(String why, IngestDocumentRequest.Builder request) {
    Refused.by(() -> orchestrator.ingestDocument(request.build()))
        .because(Code.INVALID_ARGUMENT, "DOCUMENT_UNREADABLE", "content");
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> orchestrator.ingestDocument(request.build()));
    assertThat(failure.getStatus().getDescription()).contains(why);
  }

  private List<Memory> chunks() {
    return running.store.memories("n").stream()
        .filter(memory -> memory.getKind() == Kind.KIND_DOCUMENT)
        .toList();
  }

  private static Memory find(List<Memory> chunks, String start) {
    return chunks.stream().filter(c -> c.getValue().startsWith(start)).findFirst().orElseThrow();
  }

  private static double start(Memory chunk) {
    return chunk.getAttributesOrThrow("document.start").getNumber();
  }

  private static IngestDocumentRequest.Builder guide(String text) {
    return file(text.getBytes(UTF_8)).setFileName("guide.md");
  }

  private static IngestDocumentRequest.Builder file(byte[] content) {
    return IngestDocumentRequest.newBuilder()
        .setNamespace("n")
        .setDocumentId("guide")
        .setContent(ByteString.copyFrom(content));
  }

  private static byte[] pdf(@Nullable StandardProtectionPolicy policy, String... pages)
      throws IOException {
    try (PDDocument document = new PDDocument()) {
      document.addPage(new PDPage());
      for (String text : pages) {
        PDPage page = new PDPage();
        document.addPage(page);
        try (PDPageContentStream stream = new PDPageContentStream(document, page)) {
          stream.beginText();
          stream.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 12);
          stream.newLineAtOffset(72, 700);
          stream.showText(text);
          stream.endText();
        }
      }
      if (policy != null) {
        policy.setEncryptionKeyLength(128);
        document.protect(policy);
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      document.save(bytes);
      return bytes.toByteArray();
    }
  }
}
