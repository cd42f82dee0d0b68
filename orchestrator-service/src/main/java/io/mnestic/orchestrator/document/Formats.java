package io.mnestic.orchestrator.document;

import io.mnestic.orchestrator.v1.DocumentFormat;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Which format a file has, by its first bytes and by its name. */
final class Formats {
  private static final int HEAD_BYTES = 1024;

  private Formats() {}

  /**
   * The format to read it by.
   *
   * @throws io.mnestic.wire.Refusal DOCUMENT_UNREADABLE if it is of another one than is said
   */
  static DocumentFormat of(byte[] content, DocumentFormat said, String fileName) {
    DocumentFormat seen = seen(content);
    if (said == DocumentFormat.DOCUMENT_FORMAT_UNSPECIFIED) {
      return seen == DocumentFormat.DOCUMENT_FORMAT_PLAIN_TEXT ? named(fileName, seen) : seen;
    }
    boolean isPdf = seen == DocumentFormat.DOCUMENT_FORMAT_PDF;
    boolean saidPdf = said == DocumentFormat.DOCUMENT_FORMAT_PDF;
    if (isPdf != saidPdf) {
      throw Unreadable.because(
          isPdf ? "is a PDF, not " + name(said) : "is no PDF: it does not begin as one");
    }
    return said;
  }

  static DocumentReader reader(DocumentFormat format) {
    return switch (format) {
      case DOCUMENT_FORMAT_MARKDOWN -> new MarkdownReader();
      case DOCUMENT_FORMAT_HTML -> new HtmlReader();
      case DOCUMENT_FORMAT_PDF -> new PdfReader();
      case DOCUMENT_FORMAT_PLAIN_TEXT, DOCUMENT_FORMAT_UNSPECIFIED, UNRECOGNIZED ->
          new TextReader();
    };
  }

  private static DocumentFormat seen(byte[] content) {
    String head =
        new String(content, 0, Math.min(content.length, HEAD_BYTES), StandardCharsets.ISO_8859_1)
            .stripLeading()
            .toLowerCase(Locale.ROOT);
    if (head.contains("%pdf-")) {
      return DocumentFormat.DOCUMENT_FORMAT_PDF;
    }
    return head.startsWith("<!doctype html") || head.startsWith("<html")
        ? DocumentFormat.DOCUMENT_FORMAT_HTML
        : DocumentFormat.DOCUMENT_FORMAT_PLAIN_TEXT;
  }

  private static DocumentFormat named(String fileName, DocumentFormat otherwise) {
    String name = fileName.toLowerCase(Locale.ROOT);
    if (name.endsWith(".md") || name.endsWith(".markdown")) {
      return DocumentFormat.DOCUMENT_FORMAT_MARKDOWN;
    }
    return name.endsWith(".html") || name.endsWith(".htm")
        ? DocumentFormat.DOCUMENT_FORMAT_HTML
        : otherwise;
  }

  private static String name(DocumentFormat format) {
    return format
        .name()
        .substring("DOCUMENT_FORMAT_".length())
        .toLowerCase(Locale.ROOT)
        .replace('_', ' ');
  }
}
