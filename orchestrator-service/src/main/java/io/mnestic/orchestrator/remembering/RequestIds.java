package io.mnestic.orchestrator.remembering;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Request ids towards the store. Two RPCs here are one RPC there, and one caller's id for an append
 * must not meet the same id for something remembered.
 */
public final class RequestIds {
  private static final int MOST_CHARS = 180;

  private RequestIds() {}

  /** Empty for an empty id, which asks for no idempotency. */
  public static String of(String rpc, String requestId) {
    if (requestId.isEmpty()) {
      return "";
    }
    return rpc + "/" + (requestId.length() > MOST_CHARS ? digest(requestId) : requestId);
  }

  private static String digest(String requestId) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(requestId.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
