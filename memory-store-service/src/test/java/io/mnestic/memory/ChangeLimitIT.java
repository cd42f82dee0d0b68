package io.mnestic.memory;

import static io.mnestic.memory.Memories.fact;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mnestic.memory.v1.*;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A restore and a merge that are too large for one revision are refused and change nothing. */
final class ChangeLimitIT {
  private static final int LIMIT = 10_000;

  @TempDir Path data;
  private TestStore store;

  @BeforeEach
  void start() {
    store =
        TestStore.start(
            data, Map.<String, Object>of("mnestic.store.history.max-change-bytes", LIMIT));
    store.createNamespace("n");
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void aRestore() {
    for (int i = 0; i < 12; i++) {
      write("n", fact("m" + i, "x".repeat(1_000)));
    }
    snapshot("large");
    for (int i = 0; i < 12; i++) {
      write("n", fact("m" + i, "short"));
    }
    List<Memory> before = list("n");
    RestoreSnapshotRequest large =
        RestoreSnapshotRequest.newBuilder()
            .setNamespace("n")
            .setSnapshot("large")
            .setRequestId("once")
            .build();
    tooLarge(() -> store.client.restoreSnapshot(large));
    assertThat(list("n")).isEqualTo(before);
    // What differs less is restored, by the request_id that the refused call did not use up.
    snapshot("small");
    for (int i = 0; i < 3; i++) {
      write("n", fact("m" + i, "other"));
    }
    RestoreSnapshotResponse restored =
        store.client.restoreSnapshot(large.toBuilder().setSnapshot("small").build());
    assertThat(restored.getWritten()).isEqualTo(3);
    assertThat(list("n")).allMatch(memory -> memory.getKey().equals("short"));
  }

  @Test
  void aMerge() {
    write("n", fact("a", "base"));
    store.client.branchNamespace(
        BranchNamespaceRequest.newBuilder().setNamespace("n").setBranch("b").build());
    for (int i = 0; i < 12; i++) {
      write("b", fact("m" + i, "x".repeat(1_000)));
    }
    List<Memory> before = list("n");
    MergeBranchRequest merge =
        MergeBranchRequest.newBuilder()
            .setNamespace("n")
            .setBranch("b")
            .setRequestId("once")
            .build();
    tooLarge(() -> store.client.mergeBranch(merge));
    assertThat(list("n")).isEqualTo(before);
    store.client.deleteMemories(
        DeleteMemoriesRequest.newBuilder()
            .setNamespace("b")
            .addAllIds(List.of("m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7"))
            .build());
    assertThat(store.client.mergeBranch(merge).getWritten()).isEqualTo(4);
    assertThat(list("n")).hasSize(5);
  }

  private static void tooLarge(ThrowingCallable call) {
    StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(refusal.getStatus().getDescription())
        .startsWith("more than " + LIMIT + " bytes differ");
    assertThat(BadInputIT.detail(refusal, ErrorInfo.class).getReason())
        .isEqualTo("CHANGE_TOO_LARGE");
  }

  private void snapshot(String name) {
    store.client.createSnapshot(
        CreateSnapshotRequest.newBuilder().setNamespace("n").setSnapshot(name).build());
  }

  private void write(String namespace, Memory.Builder memory) {
    store.client.writeMemories(
        WriteMemoriesRequest.newBuilder().setNamespace(namespace).addMemories(memory).build());
  }

  private List<Memory> list(String namespace) {
    return store
        .client
        .listMemories(ListMemoriesRequest.newBuilder().setNamespace(namespace).build())
        .getMemoriesList();
  }
}
