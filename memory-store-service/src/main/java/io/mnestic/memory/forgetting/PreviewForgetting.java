package io.mnestic.memory.forgetting;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.grpc.Context;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.usage.CountUses;
import io.mnestic.memory.v1.ForgettingCandidate;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.PreviewForgettingRequest;
import io.mnestic.memory.v1.PreviewForgettingResponse;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.PageToken;
import io.mnestic.wire.Refusal;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** Shows what would be forgotten, by the same walk that a sweep makes. */
public final class PreviewForgetting {
  private static final int DEFAULT_PAGE = 100;

  /** A page ends before it has more than this, so that it fits in a message. */
  private static final long PAGE_BYTES = 16L << 20;

  private final MemoryLog log;
  private final CountUses uses;
  private final Clock clock;

  /** Previews of this log. */
  public PreviewForgetting(MemoryLog log, CountUses uses, Clock clock) {
    this.log = log;
    this.uses = uses;
    this.clock = clock;
  }

  /**
   * Shows a page.
   *
   * @throws Refusal NAMESPACE_NOT_FOUND, PAGE_TOKEN_INVALID, INVALID_FIELD
   */
  public PreviewForgettingResponse preview(PreviewForgettingRequest request) {
    PreviewForgettingRequest listing = request.toBuilder().clearPageSize().clearPageToken().build();
    Optional<PreviewPlace> place =
        PreviewPlace.of(PageToken.lastKey(listing, request.getPageToken()));
    Timestamp at = place.map(PreviewPlace::at).orElseGet(() -> moment(request));
    int limit = request.getPageSize() == 0 ? DEFAULT_PAGE : request.getPageSize();
    uses.flush();
    try (LogView view = log.view()) {
      StoredNamespace namespace = view.namespace(request.getNamespace());
      Rules rules =
          Rules.of(
              request.hasPolicy() ? request.getPolicy() : namespace.getNamespace().getForgetting());
      Scan.Found found =
          Scan.of(
              view, namespace, rules, at, place.map(PreviewPlace::last), limit, _ -> checkCaller());
      return answer(view, namespace, found, listing, at);
    }
  }

  private static PreviewForgettingResponse answer(
      LogView view,
      StoredNamespace namespace,
      Scan.Found found,
      PreviewForgettingRequest listing,
      Timestamp at) {
    PreviewForgettingResponse.Builder response =
        PreviewForgettingResponse.newBuilder()
            .setAtTime(at)
            .setExpired(found.expired())
            .setDecayed(found.decayed())
            .setOverMemories(found.overMemories())
            .setOverBytes(found.overBytes());
    List<Candidate> candidates = found.candidates();
    long bytes = 0;
    int shown = 0;
    for (Candidate one : candidates) {
      bytes += one.bytes();
      if (bytes > PAGE_BYTES && shown > 0) {
        break;
      }
      Memory memory = view.memory(namespace.getUid(), one.id()).orElseThrow();
      response.addCandidates(
          ForgettingCandidate.newBuilder()
              .setMemory(memory)
              .setReason(one.reason())
              .setRetention(one.score().toProto()));
      shown++;
    }
    if (found.more() || shown < candidates.size()) {
      PreviewPlace last = new PreviewPlace(at, candidates.get(shown - 1).place());
      response.setNextPageToken(PageToken.after(listing, last.toKey()));
    }
    return response.build();
  }

  private Timestamp moment(PreviewForgettingRequest request) {
    Instant instant = clock.instant();
    Timestamp now =
        Timestamp.newBuilder()
            .setSeconds(instant.getEpochSecond())
            .setNanos(instant.getNano())
            .build();
    if (!request.hasAtTime()) {
      return now;
    }
    if (!Timestamps.isValid(request.getAtTime())) {
      throw invalid("not a time: years 1 to 9999, with 0 to 999,999,999 nanoseconds");
    }
    if (Timestamps.compare(request.getAtTime(), now) < 0) {
      throw invalid("it is in the past: leave it out for now, or name a moment to come");
    }
    return request.getAtTime();
  }

  private static void checkCaller() {
    if (Context.current().isCancelled()) {
      throw new CancellationException("the caller gave up");
    }
  }

  private static Refusal invalid(String message) {
    return Refusal.of(Reason.REASON_INVALID_FIELD, "at_time: " + message).withField("at_time");
  }
}
