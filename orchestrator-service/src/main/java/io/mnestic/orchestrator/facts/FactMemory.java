package io.mnestic.orchestrator.facts;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.mnestic.memory.v1.AttributeValue;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Facts as memories. */
final class FactMemory {
  static final String SUBJECT = "mnestic.subject";
  static final String RELATION = "mnestic.relation";
  static final String OBJECT = "mnestic.object";
  static final String SLOT = "mnestic.slot";
  private static final int DIGEST_CHARS = 32;

  private FactMemory() {}

  /** A statement as a memory; its id is made from what it says, so that it is written once. */
  static Memory of(String subject, Statement statement, Timestamp from, String turnId) {
    String text = subject + " " + statement.relation() + " " + statement.object();
    return Memory.newBuilder()
        .setId("fact-" + digest(subject, digest(statement), Timestamps.toString(from)))
        .setKind(Kind.KIND_FACT)
        .setKey(text)
        .setValue(text)
        .setValidFrom(from)
        .putAttributes(SUBJECT, text(subject))
        .putAttributes(RELATION, text(statement.relation()))
        .putAttributes(OBJECT, text(statement.object()))
        .putAttributes(SLOT, text(statement.slot()))
        .addSourceIds(turnId)
        .build();
  }

  /** The same for statements that say the same. */
  static String digest(Statement statement) {
    return digest(statement.relation(), Statement.plain(statement.object()));
  }

  static AttributeValue text(String text) {
    return AttributeValue.newBuilder().setText(text).build();
  }

  static String digest(String... parts) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(String.join("\n", parts).getBytes(StandardCharsets.UTF_8)))
          .substring(0, DIGEST_CHARS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
