package io.mnestic.orchestrator.facts;

import com.google.protobuf.util.Timestamps;
import io.mnestic.memory.v1.AttributeCondition;
import io.mnestic.memory.v1.Filter;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.SearchHit;
import io.mnestic.memory.v1.SearchMemoriesRequest;
import io.mnestic.memory.v1.SearchMemoriesResponse;
import io.mnestic.orchestrator.v1.GetProfileRequest;
import io.mnestic.orchestrator.v1.GetProfileResponse;
import io.mnestic.orchestrator.v1.ProfileFact;
import jakarta.inject.Singleton;
import java.util.Comparator;

/** Tells what is known of somebody. */
@Singleton
public final class GetProfile {
  private static final int MOST = 1_000;

  private final MemoryStoreServiceBlockingStub store;

  GetProfile(MemoryStoreServiceBlockingStub store) {
    this.store = store;
  }

  /** The facts about a subject, in one search: every fact has its subject in its text. */
  public GetProfileResponse get(GetProfileRequest request) {
    String subject = request.getSubject().isBlank() ? KeepFacts.USER : request.getSubject();
    Filter.Builder filter =
        Filter.newBuilder()
            .addKinds(Kind.KIND_FACT)
            .addAttributes(
                AttributeCondition.newBuilder()
                    .setName(FactMemory.SUBJECT)
                    .setEquals(FactMemory.text(subject)));
    if (!request.getWithPast()) {
      filter.setValidAt(request.hasValidAt() ? request.getValidAt() : Timestamps.now());
    } else if (request.hasValidAt()) {
      filter.setValidBefore(request.getValidAt());
    }
    SearchMemoriesResponse found =
        store.searchMemories(
            SearchMemoriesRequest.newBuilder()
                .setNamespace(request.getNamespace())
                .setText(subject)
                .setFilter(filter)
                .setLimit(MOST)
                .setUncounted(true)
                .setMinRevision(request.getMinRevision())
                .build());
    GetProfileResponse.Builder reply =
        GetProfileResponse.newBuilder().setRevision(found.getRevision());
    found.getHitsList().stream()
        .filter(SearchHit::hasMemory)
        .map(SearchHit::getMemory)
        .map(GetProfile::fact)
        .sorted(
            Comparator.comparing(ProfileFact::getRelation)
                .thenComparing(
                    fact -> fact.getMemory().getValidFrom(), Timestamps.comparator().reversed())
                .thenComparing(fact -> fact.getMemory().getId()))
        .forEach(reply::addFacts);
    return reply.build();
  }

  private static ProfileFact fact(Memory memory) {
    return ProfileFact.newBuilder()
        .setRelation(attribute(memory, FactMemory.RELATION))
        .setObject(attribute(memory, FactMemory.OBJECT))
        .setMemory(memory)
        .build();
  }

  private static String attribute(Memory memory, String name) {
    return memory.getAttributesOrDefault(name, FactMemory.text("")).getText();
  }
}
