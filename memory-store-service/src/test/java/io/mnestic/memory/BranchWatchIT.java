package io.mnestic.memory;

import static io.mnestic.memory.Memories.fact;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.mnestic.memory.v1.*;
import io.mnestic.memory.v1.Record;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The change feed of a branch, whose first revision is a copy in many pieces. */
final class BranchWatchIT {
  /** More than a piece holds. */
  private static final int MEMORIES = 1_300;

  @TempDir Path data;
  private TestStore store;
  private long started;

  @BeforeEach
  void start() {
    store = TestStore.start(data);
    store.createNamespace("n");
    write("n", fact("m0", "replaced before the branch"));
    for (int from = 0; from < MEMORIES; from += 650) {
      Memory.Builder[] memories = new Memory.Builder[650];
      for (int i = 0; i < memories.length; i++) {
        memories[i] = fact("m" + (from + i), "zebra");
      }
      write("n", memories);
    }
    store.client.putRecord(
        PutRecordRequest.newBuilder()
            .setNamespace("n")
            .setRecord(
                Record.newBuilder()
                    .setCollection("c")
                    .setId("r")
                    .setData(ByteString.copyFromUtf8("bytes")))
            .build());
    started =
        store
            .client
            .branchNamespace(
                BranchNamespaceRequest.newBuilder().setNamespace("n").setBranch("b").build())
            .getRevision();
    assertThat(started).isEqualTo(4);
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void itsFirstRevisionIsAllThatItStartedWith() {
    long next = write("b", fact("own", "of the branch"));
    try (Watching watching = watch(started - 1)) {
      List<String> ids = new ArrayList<>();
      List<RecordChange> records = new ArrayList<>();
      RevisionChange part;
      do {
        part = watching.change();
        assertThat(part.getRevision()).isEqualTo(started);
        part.getMemoriesList().forEach(memory -> ids.add(memory.getId()));
        records.addAll(part.getRecordsList());
      } while (part.getMore());
      assertThat(ids).hasSize(MEMORIES).doesNotHaveDuplicates();
      assertThat(records).extracting(RecordChange::getId).containsExactly("r");
      RevisionChange second = watching.change();
      assertThat(second.getRevision()).isEqualTo(next);
      assertThat(second.getMemoriesList()).extracting(Memory::getId).containsExactly("own");
      assertThat(watching.upToDate()).isEqualTo(next);
    }
  }

  @Test
  void behindItComesWhatTheBranchItselfChanged() {
    try (Watching watching = watch(started)) {
      assertThat(watching.upToDate()).isEqualTo(started);
      write("n", fact("parent", "of no concern"));
      long next = write("b", fact("own", "of the branch"));
      RevisionChange change = watching.change();
      assertThat(change.getRevision()).isEqualTo(next);
      assertThat(change.getMemoriesList()).extracting(Memory::getId).containsExactly("own");
    }
  }

  @Test
  void whatCameBeforeItIsTheParents() {
    try (Watching watching = watch(0)) {
      assertThat(watching.end().getCode()).isEqualTo(Status.Code.OUT_OF_RANGE);
    }
    BadInputIT.refused(
        () ->
            store
                .client
                .watchMemories(
                    WatchMemoriesRequest.newBuilder()
                        .setNamespace("b")
                        .setAfterRevision(started - 2)
                        .build())
                .next(),
        Status.Code.OUT_OF_RANGE,
        "REVISION_EXPIRED",
        "after_revision");
  }

  private Watching watch(long after) {
    return Watching.start(
        store.channel(),
        WatchMemoriesRequest.newBuilder().setNamespace("b").setAfterRevision(after).build());
  }

  private long write(String namespace, Memory.Builder... memories) {
    WriteMemoriesRequest.Builder request =
        WriteMemoriesRequest.newBuilder().setNamespace(namespace);
    for (Memory.Builder memory : memories) {
      request.addMemories(memory);
    }
    return store.client.writeMemories(request.build()).getRevision();
  }
}
