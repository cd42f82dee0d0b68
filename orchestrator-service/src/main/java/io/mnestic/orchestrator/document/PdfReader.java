package io.mnestic.orchestrator.document;

import io.mnestic.wire.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.io.IOUtils;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.text.PDFTextStripper;

/** PDF: its text page by page, under its bookmarks. */
final class PdfReader implements DocumentReader {
  private static final int MOST_PAGES = 5_000;
  private static final int MOST_CHARS = 16 << 20;

  /** Where a whole file says that it ends (ISO 32000-1, 7.5.5). */
  private static final int TAIL_BYTES = 1024;

  @Override
  public Parsed read(byte[] content) {
    requireWhole(content);
    // Streams are unpacked into a file: a few kilobytes can hold gigabytes.
    try (PDDocument document =
        Loader.loadPDF(content, "", null, null, IOUtils.createTempFileOnlyStreamCache())) {
      if (!document.getCurrentAccessPermission().canExtractContent()) {
        throw Unreadable.because("is a PDF whose owner does not allow its text to be taken out");
      }
      return parsed(document);
    } catch (InvalidPasswordException e) {
      throw Unreadable.because("is a PDF under a password: take the password off first");
    } catch (Refusal refusal) {
      throw refusal;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw Unreadable.because("is a PDF that is damaged: " + e.getClass().getSimpleName());
    }
  }

  private static void requireWhole(byte[] content) {
    int tail = Math.min(content.length, TAIL_BYTES);
    String end = new String(content, content.length - tail, tail, StandardCharsets.ISO_8859_1);
    if (!end.contains("%%EOF")) {
      throw Unreadable.because("is a PDF that was cut off: its end is missing");
    }
  }

  private static Parsed parsed(PDDocument document) throws IOException {
    if (document.getNumberOfPages() > MOST_PAGES) {
      throw Unreadable.because("has more than " + MOST_PAGES + " pages: split it");
    }
    Bookmarks bookmarks = Bookmarks.of(document);
    StringBuilder text = new StringBuilder();
    List<Integer> ends = new ArrayList<>();
    for (int page = 1; page <= document.getNumberOfPages(); page++) {
      text.append(text(document, page));
      ends.add(text.length());
      if (text.length() > MOST_CHARS) {
        throw Unreadable.because(
            "has more than " + (MOST_CHARS >> 20) + " Mi characters: split it");
      }
    }
    if (text.toString().isBlank()) {
      throw Unreadable.because("is a PDF without text: scanned pages must be recognised first");
    }
    String all = text.toString();
    List<Block> blocks = new ArrayList<>();
    int start = 0;
    for (int page = 1; page <= ends.size(); page++) {
      int end = ends.get(page - 1);
      blocks.addAll(TextReader.paragraphs(all, start, end, bookmarks.above(page), page));
      start = end;
    }
    return new Parsed(title(document), all, blocks, true);
  }

  private static String text(PDDocument document, int page) throws IOException {
    PDFTextStripper stripper = new PDFTextStripper();
    stripper.setStartPage(page);
    stripper.setEndPage(page);
    stripper.setSortByPosition(true);
    stripper.setLineSeparator("\n");
    stripper.setParagraphEnd("\n");
    stripper.setPageEnd("\n\n");
    return stripper.getText(document).replace("\0", "");
  }

  private static String title(PDDocument document) {
    PDDocumentInformation about = document.getDocumentInformation();
    String title = about == null ? null : about.getTitle();
    return title == null ? "" : title.strip();
  }
}
