package io.mnestic.wire;

import com.google.protobuf.Message;
import io.mnestic.error.v1.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32C;

/**
 * Where a listing goes on: the last key that was given out, bound to the request it belongs to, so
 * that a token of another request is refused instead of giving a wrong page.
 */
public final class PageToken {
  private static final int CHECK_BYTES = Integer.BYTES;

  private PageToken() {}

  /**
   * A token for the page after {@code lastKey}.
   *
   * @param request the request with its page size and token cleared
   */
  public static String after(Message request, String lastKey) {
    byte[] key = lastKey.getBytes(StandardCharsets.UTF_8);
    byte[] token =
        ByteBuffer.allocate(CHECK_BYTES + key.length).putInt(check(request, key)).put(key).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  /**
   * The last key of the page before, or an empty string for the first page.
   *
   * @param request the request with its page size and token cleared
   * @throws Refusal PAGE_TOKEN_INVALID if the token is damaged or another request's
   */
  public static String lastKey(Message request, String token) {
    if (token.isEmpty()) {
      return "";
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
    if (bytes.length <= CHECK_BYTES) {
      throw invalid();
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    int check = buffer.getInt();
    byte[] key = new byte[buffer.remaining()];
    buffer.get(key);
    if (check != check(request, key)) {
      throw invalid();
    }
    return new String(key, StandardCharsets.UTF_8);
  }

  private static int check(Message request, byte[] key) {
    CRC32C crc = new CRC32C();
    crc.update(request.getDescriptorForType().getFullName().getBytes(StandardCharsets.UTF_8));
    crc.update(request.toByteArray());
    crc.update(key);
    return (int) crc.getValue();
  }

  /** The refusal of a token whose key makes no sense to its listing. */
  public static Refusal invalid() {
    return Refusal.of(
            Reason.REASON_PAGE_TOKEN_INVALID,
            "page_token is not the next_page_token of this request: start again without one")
        .withField("page_token");
  }
}
