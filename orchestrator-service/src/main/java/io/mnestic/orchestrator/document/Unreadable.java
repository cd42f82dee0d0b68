package io.mnestic.orchestrator.document;

import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;

/** Files that can not be ingested. */
final class Unreadable {
  private Unreadable() {}

  static Refusal because(String why) {
    return Refusal.of(Reason.REASON_DOCUMENT_UNREADABLE, "the document " + why)
        .withField("content");
  }
}
