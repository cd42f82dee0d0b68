package io.mnestic.orchestrator.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.Timestamps;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.memory.v1.Memory;
import io.mnestic.orchestrator.v1.Feedback;
import io.mnestic.orchestrator.v1.JudgedMemory;
import io.mnestic.orchestrator.v1.RecalledMemory;
import io.mnestic.wire.Refusal;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class RecallIdTest {
  private static final LaneScore DENSE =
      LaneScore.newBuilder()
          .setLane(Lane.LANE_DENSE)
          .setRaw(0.5)
          .setNormalized(2.25)
          .setWeight(1)
          .build();
  private static final RecalledMemory MEMORY =
      RecalledMemory.newBuilder()
          .setMemory(Memory.newBuilder().setId("0198c5d2-0f3a-7000-8000-000000000001"))
          .setScore(2.25)
          .addLanes(DENSE)
          .build();

  @Test
  void holdsTheWholeRecall() {
    Feedback recall =
        RecallId.recall("n", RecallId.of("n", "Wo läuft das Rennen? 跑步", 7, List.of(MEMORY)));
    assertThat(recall.getQuery()).isEqualTo("Wo läuft das Rennen? 跑步");
    assertThat(recall.getRevision()).isEqualTo(7);
    assertThat(recall.getMemoriesList())
        .containsExactly(
            JudgedMemory.newBuilder()
                .setMemoryId(MEMORY.getMemory().getId())
                .setScore(2.25)
                .addLanes(DENSE)
                .build());
    assertThat(Timestamps.toMillis(recall.getRecallTime()))
        .isBetween(System.currentTimeMillis() - 600_000, System.currentTimeMillis());
  }

  @Test
  void aRecallOfNothingHasAnIdToo() {
    assertThat(RecallId.recall("n", RecallId.of("n", "q", 0, List.of())).getMemoriesCount())
        .isZero();
  }

  @Test
  void aMemoryWithSixLanesTakesAFewHundredCharactersAtMost() {
    RecalledMemory six =
        MEMORY.toBuilder().clearLanes().addAllLanes(Collections.nCopies(6, DENSE)).build();
    int without = RecallId.of("n", "q", 1, List.of()).length();
    int with = RecallId.of("n", "q", 1, Collections.nCopies(10, six)).length();
    assertThat((with - without) / 10).isBetween(100, 170);
  }

  @Test
  void anotherNamespacesIdIsRefused() {
    String id = RecallId.of("n", "q", 1, List.of(MEMORY));
    refused(() -> RecallId.recall("m", id));
  }

  @Test
  void everyDamagedOrCutIdIsRefused() {
    byte[] id = Base64.getUrlDecoder().decode(RecallId.of("n", "q", 1, List.of(MEMORY)));
    for (int i = 0; i < id.length; i++) {
      byte[] damaged = id.clone();
      damaged[i] ^= 0x10;
      refused(() -> RecallId.recall("n", Base64.getUrlEncoder().encodeToString(damaged)));
      byte[] cut = java.util.Arrays.copyOf(id, i);
      refused(() -> RecallId.recall("n", Base64.getUrlEncoder().encodeToString(cut)));
    }
    refused(() -> RecallId.recall("n", "no base64!"));
  }

  private static void refused(ThrowingCallable reading) {
    assertThatThrownBy(reading)
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.REASON_RECALL_ID_INVALID));
  }
}
