package io.mnestic.orchestrator.consolidation;

import com.google.protobuf.util.Timestamps;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.Filter;
import io.mnestic.memory.v1.GetMemoryRequest;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.NamedVector;
import io.mnestic.memory.v1.Ranking;
import io.mnestic.memory.v1.RecordUsesRequest;
import io.mnestic.memory.v1.SearchHit;
import io.mnestic.memory.v1.SearchMemoriesRequest;
import io.mnestic.orchestrator.peers.PeerFailure;
import io.mnestic.orchestrator.turn.TurnText;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/**
 * Notices that somebody says again what he said before. A turn stays as it was said, so it is not
 * merged, as statements are: the earlier one counts as used, so it is kept longer.
 */
@Singleton
final class ReinforceTurn {
  /** Shorter ones are courtesies. */
  private static final int LEAST_CHARS = 16;

  private static final int NEAREST = 5;

  private final MemoryStoreServiceBlockingStub store;
  private final ConsolidationSettings settings;

  ReinforceTurn(MemoryStoreServiceBlockingStub store, ConsolidationSettings settings) {
    this.store = store;
    this.settings = settings;
  }

  /** Whether the turn repeats an earlier one; that one counts as used. */
  boolean reinforce(String namespace, Memory turn) {
    if (TurnText.content(turn).strip().length() < LEAST_CHARS) {
      return false;
    }
    Optional<Memory> earlier = key(namespace, turn).flatMap(key -> earlier(namespace, turn, key));
    earlier.ifPresent(memory ->
        store.recordUses(
            RecordUsesRequest.newBuilder().setNamespace(namespace).addIds(memory.getId()).build()));
    return earlier.isPresent();
  }

  private Optional<NamedVector> key(String namespace, Memory turn) {
    return PeerFailure.unless(
            Reason.REASON_MEMORY_NOT_FOUND,
            () ->
                store
                    .getMemory(
                        GetMemoryRequest.newBuilder()
                            .setNamespace(namespace)
                            .setId(turn.getId())
                            .setWithVectors(true)
                            .setUncounted(true)
                            .build())
                    .getMemory())
        .flatMap(memory ->
            memory.getVectorsList().stream()
                .filter(vector -> vector.getName().equals("key"))
                .findFirst());
  }

  private Optional<Memory> earlier(String namespace, Memory turn, NamedVector key) {
    Filter.Builder filter = Filter.newBuilder().addKinds(Kind.KIND_TURN);
    if (!turn.getTurn().getSpeaker().isEmpty()) {
      filter.addSpeakers(turn.getTurn().getSpeaker());
    }
    List<SearchHit> hits =
        store
            .searchMemories(
                SearchMemoriesRequest.newBuilder()
                    .setNamespace(namespace)
                    .addAllVector(key.getValuesList())
                    .setRanking(Ranking.RANKING_DENSE)
                    .setFilter(filter)
                    .setLimit(NEAREST)
                    .setUncounted(true)
                    .build())
            .getHitsList();
    return hits.stream()
        .filter(hit -> cosine(hit) >= settings.repetition())
        .map(SearchHit::getMemory)
        .filter(other -> isEarlier(other, turn))
        .findFirst();
  }

  private static double cosine(SearchHit hit) {
    return hit.getLanesList().stream()
        .filter(lane -> lane.getLane() == Lane.LANE_DENSE)
        .mapToDouble(LaneScore::getRaw)
        .findFirst()
        .orElse(0);
  }

  private static boolean isEarlier(Memory other, Memory turn) {
    int time = Timestamps.compare(other.getTurn().getSaidTime(), turn.getTurn().getSaidTime());
    return other.getTurn().getRole() == turn.getTurn().getRole()
        && other.getTurn().getSpeaker().equals(turn.getTurn().getSpeaker())
        && (time < 0 || (time == 0 && other.getId().compareTo(turn.getId()) < 0));
  }
}
