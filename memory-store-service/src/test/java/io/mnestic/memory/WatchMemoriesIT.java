package io.mnestic.memory;

import static io.mnestic.memory.Memories.fact;
import static io.mnestic.memory.Memories.vector;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mnestic.memory.v1.DeleteMemoriesRequest;
import io.mnestic.memory.v1.DeleteNamespaceRequest;
import io.mnestic.memory.v1.DeleteRecordRequest;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryVectors;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.memory.v1.PutRecordRequest;
import io.mnestic.memory.v1.PutVectorsRequest;
import io.mnestic.memory.v1.Record;
import io.mnestic.memory.v1.RevisionChange;
import io.mnestic.memory.v1.WatchMemoriesRequest;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** The change feed over a real channel. */
final class WatchMemoriesIT {
  @TempDir Path data;

  @Test
  void everyRevisionInOrderAndThenWhatIsNew() {
    try (TestStore store = TestStore.start(data)) {
      store.createNamespace("n");
      write(store, fact("a", "one", 1, 0, 0, 0), fact("b", "two"));
      store.client.putVectors(
          PutVectorsRequest.newBuilder()
              .setNamespace("n")
              .addMemories(
                  MemoryVectors.newBuilder()
                      .setId("b")
                      .setRevision(1)
                      .addVectors(vector("key", 0, 1, 0, 0)))
              .build());
      delete(store, "a");
      putRecord(store, "r");
      store.client.deleteRecord(
          DeleteRecordRequest.newBuilder().setNamespace("n").setCollection("c").setId("r").build());
      try (Watching watching = watch(store, 0)) {
        RevisionChange first = watching.change();
        assertThat(first.getRevision()).isEqualTo(1);
        assertThat(first.getMore()).isFalse();
        assertThat(first.hasCommitTime()).isTrue();
        assertThat(first.getMemoriesList())
            .extracting(Memory::getKey)
            .containsExactly("one", "two");
        assertThat(first.getMemoriesList())
            .allMatch(memory -> memory.getVectorsCount() == 0 && memory.getRevision() == 1);
        RevisionChange second = watching.change();
        assertThat(second.getRevision()).isEqualTo(2);
        assertThat(second.getDeletedMemoriesList()).containsExactly("a");
        RevisionChange third = watching.change();
        assertThat(third.getRevision()).isEqualTo(3);
        assertThat(third.getRecords(0).getId()).isEqualTo("r");
        assertThat(third.getRecords(0).getEtag()).isNotEmpty();
        assertThat(watching.change().getDeletedRecords(0).getCollection()).isEqualTo("c");
        assertThat(watching.upToDate()).isEqualTo(4);

        write(store, fact("c", "three"));
        assertThat(watching.change().getMemories(0).getId()).isEqualTo("c");
        assertThat(watching.upToDate()).isEqualTo(5);
      }
    }
  }

  @Test
  void goesOnAfterAnyRevision() {
    try (TestStore store = TestStore.start(data)) {
      store.createNamespace("n");
      for (int i = 1; i <= 60; i++) {
        write(store, fact("m" + i, "text"));
        if (i % 7 < 3) {
          store.client.putVectors(
              PutVectorsRequest.newBuilder()
                  .setNamespace("n")
                  .addMemories(
                      MemoryVectors.newBuilder()
                          .setId("m" + i)
                          .setRevision(i)
                          .addVectors(vector("key", 1, i, 0, 0)))
                  .build());
        }
      }
      for (int after = 0; after <= 60; after++) {
        try (Watching watching = watch(store, after)) {
          for (int revision = after + 1; revision <= 60; revision++) {
            RevisionChange change = watching.change();
            assertThat(change.getRevision()).isEqualTo(revision);
            assertThat(change.getMemories(0).getId()).isEqualTo("m" + revision);
          }
          assertThat(watching.upToDate()).isEqualTo(60);
        }
      }
    }
  }

  @Test
  void aBigRevisionFitsInAClientsDefaultMessages() {
    try (TestStore store = TestStore.start(data)) {
      store.createNamespace("n");
      List<Memory.Builder> big = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        big.add(fact("m" + i, ("k" + i).repeat(1 << 18)).setValue("v".repeat(1 << 19)));
      }
      write(store, big.toArray(Memory.Builder[]::new));
      write(store, fact("last", "text"));
      ManagedChannel plain =
          ManagedChannelBuilder.forTarget(store.channel().authority()).usePlaintext().build();
      try (Watching watching = Watching.start(plain, after(0).build())) {
        List<String> ids = new ArrayList<>();
        RevisionChange part;
        int parts = 0;
        do {
          part = watching.change();
          parts++;
          assertThat(part.getRevision()).isEqualTo(1);
          part.getMemoriesList().forEach(memory -> ids.add(memory.getId()));
        } while (part.getMore());
        assertThat(parts).isGreaterThan(1);
        assertThat(ids).containsExactly("m0", "m1", "m2", "m3", "m4");
        assertThat(watching.change().getMemories(0).getId()).isEqualTo("last");
      } finally {
        plain.shutdownNow();
      }
    }
  }

  @Test
  void endsWhenTheNamespaceIsDeleted() {
    try (TestStore store = TestStore.start(data)) {
      Namespace old = store.createNamespace("n");
      write(store, fact("a", "one"));
      try (Watching watching = watch(store, 1);
          Watching other = watchOther(store)) {
        assertThat(watching.upToDate()).isEqualTo(1);
        assertThat(other.upToDate()).isZero();
        store.client.deleteNamespace(DeleteNamespaceRequest.newBuilder().setNamespace("n").build());
        Status end = watching.end();
        assertThat(end.getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(end.getDescription()).contains("was deleted");
        write(store, "other", fact("a", "one"));
        assertThat(other.change().getRevision()).isEqualTo(1);
      }
      store.createNamespace("n");
      write(store, fact("a", "another"));
      BadInputIT.refused(
          () ->
              store
                  .client
                  .watchMemories(after(1).setCreateTime(old.getCreateTime()).build())
                  .hasNext(),
          Status.Code.NOT_FOUND,
          "NAMESPACE_NOT_FOUND",
          "create_time");
    }
  }

  @Test
  void tellsNowAndThenThatItIsUpToDate() {
    try (TestStore store = TestStore.start(data, Map.of("mnestic.store.watch.heartbeat", "20ms"))) {
      store.createNamespace("n");
      write(store, fact("a", "one"));
      try (Watching watching = watch(store, 0)) {
        assertThat(watching.change().getRevision()).isEqualTo(1);
        for (int i = 0; i < 3; i++) {
          assertThat(watching.upToDate()).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void onlySoManyAtOnce() throws Exception {
    try (TestStore store = TestStore.start(data, Map.of("mnestic.store.watch.max-open", 2))) {
      store.createNamespace("n");
      try (Watching first = watch(store, 0);
          Watching second = watch(store, 0)) {
        assertThat(first.upToDate() + second.upToDate()).isZero();
        try (Watching third = watch(store, 0)) {
          Status end = third.end();
          assertThat(end.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
          assertThat(end.getDescription()).contains("2 watches are open");
        }
        first.cancel();
        while (!opens(store)) {
          // The server hears of the end of the first one a moment later.
          Thread.sleep(5);
        }
      }
    }
  }

  @Test
  void endsWhenTheStoreStopsAndGoesOnWhenItIsBack() {
    TestStore store = TestStore.start(data);
    store.createNamespace("n");
    write(store, fact("a", "one"));
    Watching watching = watch(store, 0);
    assertThat(watching.change().getRevision()).isEqualTo(1);
    assertThat(watching.upToDate()).isEqualTo(1);
    store.stop();
    assertThat(watching.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    store.close();
    try (TestStore again = TestStore.start(data);
        Watching resumed = watch(again, 1)) {
      assertThat(resumed.upToDate()).isEqualTo(1);
      write(again, fact("b", "two"));
      assertThat(resumed.change().getMemories(0).getId()).isEqualTo("b");
    }
  }

  @Test
  void badRequests() {
    try (TestStore store = TestStore.start(data)) {
      store.createNamespace("n");
      write(store, fact("a", "one"));
      BadInputIT.refused(
          () -> store.client.watchMemories(after(2).build()).hasNext(),
          Status.Code.OUT_OF_RANGE,
          "REVISION_NOT_REACHED",
          "after_revision");
      BadInputIT.refused(
          () -> store.client.watchMemories(after(0).setNamespace("none").build()).hasNext(),
          Status.Code.NOT_FOUND,
          "NAMESPACE_NOT_FOUND",
          "namespace");
      BadInputIT.refused(
          () -> store.client.watchMemories(after(0).setNamespace("n\u0007").build()).hasNext(),
          Status.Code.INVALID_ARGUMENT,
          "INVALID_FIELD",
          "namespace");
      BadInputIT.refused(
          () ->
              store
                  .client
                  .watchMemories(
                      after(0).setCreateTime(Timestamp.newBuilder().setNanos(-1)).build())
                  .hasNext(),
          Status.Code.NOT_FOUND,
          "NAMESPACE_NOT_FOUND",
          "create_time");
    }
  }

  @Test
  void aRevisionThatIsNoLongerKept() throws Exception {
    try (TestStore store = TestStore.start(data)) {
      store.createNamespace("n");
      for (int i = 1; i <= 5; i++) {
        write(store, fact("m" + i, "text"));
      }
    }
    removeFirstEntries(2);
    try (TestStore store = TestStore.start(data)) {
      for (int after = 0; after < 2; after++) {
        WatchMemoriesRequest request = after(after).build();
        BadInputIT.refused(
            () -> store.client.watchMemories(request).hasNext(),
            Status.Code.OUT_OF_RANGE,
            "REVISION_EXPIRED",
            "after_revision");
      }
      try (Watching watching = watch(store, 2)) {
        assertThat(watching.change().getRevision()).isEqualTo(3);
      }
    }
  }

  /** As a store does that keeps only so much history. */
  private void removeFirstEntries(int count) throws RocksDBException {
    String folder = data.resolve("log").toString();
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    try (Options options = new Options()) {
      RocksDB.listColumnFamilies(options, folder)
          .forEach(name -> families.add(new ColumnFamilyDescriptor(name)));
    }
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (DBOptions options = new DBOptions();
        RocksDB db = RocksDB.open(options, folder, families, handles)) {
      for (ColumnFamilyHandle handle : handles) {
        if (new String(handle.getName(), java.nio.charset.StandardCharsets.UTF_8).equals("log")) {
          for (int position = 1; position <= count; position++) {
            db.delete(handle, ByteBuffer.allocate(16).putLong(1).putLong(position).array());
          }
        }
        handle.close();
      }
    }
  }

  private static boolean opens(TestStore store) {
    try (Watching watching = watch(store, 0)) {
      return watching.upToDate() == 0;
    } catch (StatusRuntimeException refused) {
      return false;
    }
  }

  private static Watching watchOther(TestStore store) {
    store.createNamespace("other");
    return Watching.start(store.channel(), after(0).setNamespace("other").build());
  }

  private static Watching watch(TestStore store, long after) {
    return Watching.start(store.channel(), after(after).build());
  }

  private static WatchMemoriesRequest.Builder after(long revision) {
    return WatchMemoriesRequest.newBuilder().setNamespace("n").setAfterRevision(revision);
  }

  private static void write(TestStore store, Memory.Builder... memories) {
    write(store, "n", memories);
  }

  private static void write(TestStore store, String namespace, Memory.Builder... memories) {
    WriteMemoriesRequest.Builder request =
        WriteMemoriesRequest.newBuilder().setNamespace(namespace);
    for (Memory.Builder memory : memories) {
      request.addMemories(memory);
    }
    store.client.writeMemories(request.build());
  }

  private static void delete(TestStore store, String id) {
    store.client.deleteMemories(
        DeleteMemoriesRequest.newBuilder().setNamespace("n").addIds(id).build());
  }

  private static void putRecord(TestStore store, String id) {
    store.client.putRecord(
        PutRecordRequest.newBuilder()
            .setNamespace("n")
            .setRecord(
                Record.newBuilder()
                    .setCollection("c")
                    .setId(id)
                    .setData(ByteString.copyFromUtf8("data")))
            .build());
  }
}
