package io.mnestic.memory;

import static io.mnestic.memory.Memories.fact;
import static io.mnestic.memory.Memories.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.grpc.Status;
import io.mnestic.memory.v1.DeleteMemoriesRequest;
import io.mnestic.memory.v1.GetMemoryRequest;
import io.mnestic.memory.v1.GetNamespaceRequest;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.memory.v1.Ranking;
import io.mnestic.memory.v1.Reinforcement;
import io.mnestic.memory.v1.SearchHit;
import io.mnestic.memory.v1.SearchMemoriesRequest;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import io.mnestic.memory.v1.WriteMemoriesResponse;
import io.mnestic.memory.v1.WrittenMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes whose near-duplicates reinforce what is there, over a real channel. */
final class ReinforcementIT {
  private static final Reinforcement RULE =
      Reinforcement.newBuilder().setThreshold(0.9).setErase(0.5).setWeight(0.4).build();

  @TempDir Path data;
  private TestStore store;

  @BeforeEach
  void start() {
    store = TestStore.start(data);
    store.createNamespace("n");
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void aNearDuplicateMovesTheKeyInsteadOfBeingStored() {
    write(fact("tea", "She drinks tea.", 1, 0, 0, 0).setValue("tea, green"));
    write(fact("far", "She has a cat.", 0, 0, 0, 1));
    WriteMemoriesResponse answer =
        reinforce(RULE, fact("", "She likes to drink tea.", 0.96f, 0.28f, 0, 0));
    WrittenMemory written = answer.getMemories(0);
    assertThat(written.getId()).isEqualTo("tea");
    assertThat(written.getReinforced()).isTrue();
    assertThat(written.getCreated()).isFalse();
    assertThat(written.getCosine()).isCloseTo(0.96, offset(1e-6));
    assertThat(answer.getRevision()).isEqualTo(3);

    Memory tea = get("tea");
    assertThat(tea.getKey()).isEqualTo("She drinks tea.");
    assertThat(tea.getValue()).isEqualTo("tea, green");
    assertThat(tea.getRevision()).isEqualTo(3);
    assertThat(tea.getUpdateTime()).isEqualTo(answer.getCommitTime());
    // k (1 - 0.5 * 0.4) + 0.4 a = (0.8 + 0.384, 0.112), then at unit length.
    double norm = Math.hypot(1.184, 0.112);
    assertThat((double) tea.getVectors(0).getValues(0)).isCloseTo(1.184 / norm, offset(1e-6));
    assertThat((double) tea.getVectors(0).getValues(1)).isCloseTo(0.112 / norm, offset(1e-6));
    assertThat(namespace().getMemoryCount()).isEqualTo(2);
    SearchHit hit =
        store
            .client
            .searchMemories(
                SearchMemoriesRequest.newBuilder()
                    .setNamespace("n")
                    .addAllVector(tea.getVectors(0).getValuesList())
                    .setRanking(Ranking.RANKING_DENSE)
                    .setMinRevision(3)
                    .build())
            .getHits(0);
    assertThat(hit.getMemory().getId()).isEqualTo("tea");
    assertThat(hit.getScore()).isCloseTo(1, offset(1e-5));
  }

  @Test
  void whatIsNoNearDuplicateIsStored() {
    write(fact("a", "a", 1, 0, 0, 0));
    assertThat(reinforce(RULE, fact("b", "below the threshold", 0.8f, 0.6f, 0, 0)).getMemories(0))
        .isEqualTo(WrittenMemory.newBuilder().setId("b").setCreated(true).build());
    assertThat(
            reinforce(RULE, fact("c", "of another kind", 1, 0, 0, 0).setKind(Kind.KIND_PROFILE))
                .getMemories(0)
                .getCreated())
        .isTrue();
    assertThat(reinforce(RULE, fact("d", "without a vector")).getMemories(0).getCreated()).isTrue();
    WrittenMemory same = reinforce(RULE, fact("b", "again", 1, 0, 0, 0)).getMemories(0);
    assertThat(same.getReinforced()).isFalse();
    assertThat(same.getCreated()).isFalse();
    assertThat(get("b").getKey()).isEqualTo("again");
    assertThat(get("a").getRevision()).isEqualTo(1);
    store.client.deleteMemories(
        DeleteMemoriesRequest.newBuilder().setNamespace("n").addIds("a").addIds("b").build());
    assertThat(reinforce(RULE, fact("e", "after the deletion", 1, 0, 0, 0)).getMemories(0).getId())
        .isEqualTo("e");
  }

  @Test
  void duplicatesWithinAWriteReinforceEachOther() {
    WriteMemoriesResponse answer =
        reinforce(
            Reinforcement.getDefaultInstance(),
            fact("a", "one", 1, 0, 0, 0),
            fact("b", "other", 0, 1, 0, 0),
            fact("c", "one again", 1, 0.01f, 0, 0),
            fact("d", "other again", 0.01f, 1, 0, 0),
            fact("e", "one once more", 1, 0, 0.01f, 0));
    assertThat(answer.getMemoriesList())
        .extracting(WrittenMemory::getId)
        .containsExactly("a", "b", "a", "b", "a");
    assertThat(answer.getMemoriesList())
        .extracting(WrittenMemory::getReinforced)
        .containsExactly(false, false, true, true, true);
    assertThat(namespace().getMemoryCount()).isEqualTo(2);
    // Twice a tenth of the way.
    assertThat((double) get("a").getVectors(0).getValues(1)).isCloseTo(0.0009, offset(1e-5));
    assertThat((double) get("a").getVectors(0).getValues(2)).isCloseTo(0.001, offset(1e-5));
  }

  @Test
  void aRepeatedRequestMovesTheKeyOnce() {
    write(fact("a", "a", 1, 0, 0, 0));
    WriteMemoriesRequest request =
        WriteMemoriesRequest.newBuilder()
            .setNamespace("n")
            .setRequestId("once")
            .setReinforce(RULE)
            .addMemories(fact("", "a again", 0.96f, 0.28f, 0, 0))
            .build();
    WriteMemoriesResponse first = store.client.writeMemories(request);
    Memory moved = get("a");
    WriteMemoriesResponse second = store.client.writeMemories(request);
    assertThat(second.getReplayed()).isTrue();
    assertThat(second.getMemoriesList()).isEqualTo(first.getMemoriesList());
    assertThat(get("a")).isEqualTo(moved);
    assertThat(namespace().getRevision()).isEqualTo(2);
    BadInputIT.refused(
        () ->
            store.client.writeMemories(
                request.toBuilder().setReinforce(RULE.toBuilder().setWeight(0.5)).build()),
        Status.Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED",
        "request_id");
  }

  @Test
  void ofManyAtOnceOneIsStored() throws Exception {
    List<Future<WriteMemoriesResponse>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(12)) {
      for (int i = 0; i < 24; i++) {
        float little = 0.001f * i;
        answers.add(threads.submit(() -> reinforce(RULE, fact("", "the same", 1, little, 0, 0))));
      }
    }
    int created = 0;
    for (Future<WriteMemoriesResponse> answer : answers) {
      created += answer.get().getMemories(0).getCreated() ? 1 : 0;
    }
    assertThat(created).isEqualTo(1);
    assertThat(namespace().getMemoryCount()).isEqualTo(1);
    assertThat(namespace().getRevision()).isEqualTo(24);
  }

  @Test
  void badRequests() {
    refused(RULE.toBuilder(), "memories[1].kind", fact("a", "a"), turn("b", "s", "b"));
    refused(Reinforcement.newBuilder().setThreshold(0.4), "reinforce.threshold", fact("a", "a"));
    refused(Reinforcement.newBuilder().setThreshold(1.1), "reinforce.threshold", fact("a", "a"));
    refused(
        Reinforcement.newBuilder().setThreshold(Double.NaN), "reinforce.threshold", fact("a", "a"));
    refused(Reinforcement.newBuilder().setErase(-0.1), "reinforce.erase", fact("a", "a"));
    refused(Reinforcement.newBuilder().setErase(1.1), "reinforce.erase", fact("a", "a"));
    refused(Reinforcement.newBuilder().setWeight(0), "reinforce.weight", fact("a", "a"));
    refused(Reinforcement.newBuilder().setWeight(1.1), "reinforce.weight", fact("a", "a"));
    Memory.Builder[] many = new Memory.Builder[101];
    for (int i = 0; i < many.length; i++) {
      many[i] = fact("m" + i, "text");
    }
    refused(RULE.toBuilder(), "request", many);
    assertThat(namespace().getRevision()).isZero();
  }

  private void refused(Reinforcement.Builder rule, String field, Memory.Builder... memories) {
    BadInputIT.refused(
        () -> reinforce(rule.build(), memories),
        Status.Code.INVALID_ARGUMENT,
        "INVALID_FIELD",
        field);
  }

  private WriteMemoriesResponse reinforce(Reinforcement rule, Memory.Builder... memories) {
    WriteMemoriesRequest.Builder request =
        WriteMemoriesRequest.newBuilder().setNamespace("n").setReinforce(rule);
    for (Memory.Builder memory : memories) {
      request.addMemories(memory);
    }
    return store.client.writeMemories(request.build());
  }

  private void write(Memory.Builder... memories) {
    WriteMemoriesRequest.Builder request = WriteMemoriesRequest.newBuilder().setNamespace("n");
    for (Memory.Builder memory : memories) {
      request.addMemories(memory);
    }
    store.client.writeMemories(request.build());
  }

  private Memory get(String id) {
    return store
        .client
        .getMemory(
            GetMemoryRequest.newBuilder().setNamespace("n").setId(id).setWithVectors(true).build())
        .getMemory();
  }

  private Namespace namespace() {
    return store
        .client
        .getNamespace(GetNamespaceRequest.newBuilder().setNamespace("n").build())
        .getNamespace();
  }
}
