package io.mnestic.memory;

import static io.mnestic.memory.Memories.fact;
import static io.mnestic.memory.Memories.turn;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mnestic.memory.v1.*;
import io.mnestic.memory.v1.Record;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a write to every kind of read. */
final class MemoryStoreIT {
  @TempDir Path data;

  @Test
  void whatIsWrittenIsReadListedAndFound() {
    try (TestStore store = TestStore.start(data)) {
      store.createNamespace("n");
      WriteMemoriesResponse written =
          store.client.writeMemories(
              WriteMemoriesRequest.newBuilder()
                  .setNamespace("n")
                  .addMemories(fact("f1", "cats like fish", 1, 0, 0, 0))
                  .addMemories(fact("f2", "dogs like bones", 0, 1, 0, 0))
                  .addMemories(turn("t1", "s", "my cat ate a fish", 1, 1, 0, 0))
                  .addMemories(turn("t2", "s", "what a day"))
                  .build());
      assertThat(written.getRevision()).isEqualTo(1);
      assertThat(written.getMemories(3).getSequence()).isEqualTo(2);
      SearchMemoriesResponse found =
          store.client.searchMemories(
              SearchMemoriesRequest.newBuilder()
                  .setNamespace("n")
                  .setText("the cat's fish")
                  .addAllVector(List.of(1f, 0f, 0f, 0f))
                  .setMinRevision(1)
                  .setLimit(2)
                  .setNeighbors(1)
                  .build());
      assertThat(found.getHitsList())
          .extracting(h -> h.getMemory().getId())
          .containsExactly("f1", "t1");
      assertThat(found.getNeighborsList())
          .extracting(h -> h.getMemory().getId())
          .containsExactly("t2");
      assertThat(found.getExact()).isTrue();
      assertThat(
              store
                  .client
                  .listTurns(
                      ListTurnsRequest.newBuilder().setNamespace("n").setSession("s").build())
                  .getTurnsList())
          .extracting(Memory::getId)
          .containsExactly("t2", "t1");
      Namespace namespace =
          store
              .client
              .getNamespace(GetNamespaceRequest.newBuilder().setNamespace("n").build())
              .getNamespace();
      assertThat(namespace.getMemoryCount()).isEqualTo(4);
      assertThat(namespace.getUnencodedCount()).isEqualTo(1);
      Record record =
          store
              .client
              .putRecord(
                  PutRecordRequest.newBuilder()
                      .setNamespace("n")
                      .setRecord(
                          Record.newBuilder()
                              .setCollection("c")
                              .setId("r")
                              .setData(ByteString.copyFromUtf8("x")))
                      .build())
              .getRecord();
      assertThat(record.getRevision()).isEqualTo(2);
    }
  }
}
