package io.mnestic.orchestrator.peers;

import io.mnestic.error.v1.Reason;

/** One of the services that this one calls. */
enum Peer {
  STORE("memory-store-service", Reason.REASON_STORE_UNAVAILABLE),
  ENCODER("encoder-service", Reason.REASON_ENCODER_UNAVAILABLE);

  private final String service;
  private final Reason away;

  Peer(String service, Reason away) {
    this.service = service;
    this.away = away;
  }

  String service() {
    return service;
  }

  Reason away() {
    return away;
  }
}
