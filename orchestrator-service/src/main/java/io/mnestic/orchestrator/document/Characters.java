package io.mnestic.orchestrator.document;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bytes as text: by their byte order mark, by what an HTML file declares, otherwise as UTF-8. */
final class Characters {
  private static final int HEAD_BYTES = 1024;
  private static final Pattern DECLARED =
      Pattern.compile(
          "<meta[^>]{0,200}charset\\s*=\\s*[\"']?\\s*([\\w.:-]+)", Pattern.CASE_INSENSITIVE);

  private Characters() {}

  static String of(byte[] content) {
    return decode(content, StandardCharsets.UTF_8);
  }

  static String ofHtml(byte[] content) {
    String head =
        new String(content, 0, Math.min(content.length, HEAD_BYTES), StandardCharsets.ISO_8859_1);
    Matcher declared = DECLARED.matcher(head);
    try {
      return decode(
          content, declared.find() ? Charset.forName(declared.group(1)) : StandardCharsets.UTF_8);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw Unreadable.because("declares a character set that is not known: use UTF-8");
    }
  }

  private static String decode(byte[] content, Charset usual) {
    Charset charset = usual;
    int start = 0;
    if (startsWith(content, 0xEF, 0xBB, 0xBF)) {
      charset = StandardCharsets.UTF_8;
      start = 3;
    } else if (startsWith(content, 0xFE, 0xFF)) {
      charset = StandardCharsets.UTF_16BE;
      start = 2;
    } else if (startsWith(content, 0xFF, 0xFE)) {
      charset = StandardCharsets.UTF_16LE;
      start = 2;
    }
    String text;
    try {
      text =
          charset
              .newDecoder()
              .decode(ByteBuffer.wrap(content, start, content.length - start))
              .toString();
    } catch (CharacterCodingException e) {
      throw Unreadable.because("is not text in " + charset + ": send it as UTF-8");
    }
    if (text.indexOf('\0') >= 0) {
      throw Unreadable.because("is not text: it holds NUL characters");
    }
    return text;
  }

  private static boolean startsWith(byte[] content, int... mark) {
    for (int i = 0; i < mark.length; i++) {
      if (i >= content.length || (content[i] & 0xFF) != mark[i]) {
        return false;
      }
    }
    return true;
  }
}
