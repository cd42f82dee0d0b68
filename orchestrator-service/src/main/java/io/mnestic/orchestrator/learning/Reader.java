package io.mnestic.orchestrator.learning;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.grpc.StatusRuntimeException;
import io.mnestic.encoder.v1.ReadHead;
import io.mnestic.encoder.v1.ReadRequest;
import io.mnestic.encoder.v1.ReaderServiceGrpc.ReaderServiceBlockingStub;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.orchestrator.learning.ReaderRecords.Kept;
import io.mnestic.orchestrator.peers.PeerSettings;
import io.mnestic.orchestrator.v1.ActiveReader;
import io.mnestic.orchestrator.v1.Notice;
import io.mnestic.orchestrator.v1.NoticeKind;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Scores what was found by the active version of a namespace's reader. */
@Singleton
public final class Reader {
  /** How long another instance's activation may go unnoticed. */
  private static final Duration REMEMBERED = Duration.ofSeconds(1);

  private static final int MOST = 10_000;

  private final ReaderRecords records;
  private final ReaderServiceBlockingStub encoder;
  private final PeerSettings peers;
  private final Cache<String, Optional<ActiveReader>> active =
      Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(REMEMBERED).build();

  Reader(ReaderRecords records, ReaderServiceBlockingStub encoder, PeerSettings peers) {
    this.records = records;
    this.encoder = encoder;
    this.peers = peers;
  }

  /**
   * Scores memories for a query.
   *
   * @param query its vector; empty if there is none
   * @param found the lane scores of each memory
   */
  public Reading read(String namespace, List<Float> query, List<List<LaneScore>> found) {
    Optional<ActiveReader> reader = active(namespace);
    if (reader.isEmpty() || found.isEmpty()) {
      return Reading.fixed(List.of());
    }
    if (reader.get().getVersion() == 0) {
      return reader.get().getChosen()
          ? Reading.fixed(List.of())
          : fallback("this namespace's reader has versions, but none is active: activate one");
    }
    if (query.isEmpty()) {
      return fallback("the reader wants the query's vector, and there is none");
    }
    return read(reader.get(), query, found);
  }

  /** Drops what is remembered, after an activation. */
  void forget(String namespace) {
    active.invalidate(namespace);
  }

  /** Scores by any head. */
  List<Float> scores(ReadHead head, List<Float> query, List<List<LaneScore>> found) {
    ReadRequest.Builder request = ReadRequest.newBuilder().setHead(head).addAllQuery(query);
    found.forEach(lanes -> request.addAllLanes(Heads.row(head.getLanesList(), lanes)));
    return encoder
        .withDeadlineAfter(peers.queryEncodeDeadline().toNanos(), TimeUnit.NANOSECONDS)
        .read(request.build())
        .getScoresList();
  }

  private Reading read(ActiveReader reader, List<Float> query, List<List<LaneScore>> found) {
    List<Float> learned;
    try {
      learned = scores(reader.getHead(), query, found);
    } catch (StatusRuntimeException e) {
      return fallback(String.valueOf(e.getStatus().getDescription()));
    }
    List<Double> scores = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      scores.add(learned.get(i) + Heads.rest(reader.getHead().getLanesList(), found.get(i)));
    }
    return new Reading(reader.getVersion(), scores, List.of());
  }

  private Optional<ActiveReader> active(String namespace) {
    return active.get(namespace, name -> records.active(name).map(Kept::value));
  }

  private static Reading fallback(String why) {
    return Reading.fixed(
        List.of(
            Notice.newBuilder()
                .setKind(NoticeKind.NOTICE_KIND_FIXED_FUSION)
                .setMessage("ranked by the fixed fusion, not by what was learnt: " + why)
                .build()));
  }

  /**
   * What the reader says.
   *
   * @param version that scored; 0 if none did
   * @param scores one for each memory; none if the fixed fusion ranks
   * @param notices what the caller should know
   */
  public record Reading(long version, List<Double> scores, List<Notice> notices) {
    static Reading fixed(List<Notice> notices) {
      return new Reading(0, List.of(), notices);
    }
  }
}
