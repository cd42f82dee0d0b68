package io.mnestic.memory;

import static io.mnestic.memory.Memories.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.mnestic.memory.v1.CreateNamespaceRequest;
import io.mnestic.memory.v1.GetMemoryRequest;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.memory.v1.Ranking;
import io.mnestic.memory.v1.SearchMemoriesRequest;
import io.mnestic.memory.v1.VectorSpace;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The store on a small file system of its own that runs full. */
@Timeout(value = 180, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DiskFullIT {
  private static final String MOUNT =
      "mount -t tmpfs -o size=96m mnestic \"$0\" && fallocate -l 48m \"$0/ballast\" && exec \"$@\"";
  private static final int MOST_WRITES = 5_000;
  private static final int VALUE_CHARS = 50_000;

  @TempDir Path data;

  @Test
  void writesAreRefusedAndReadsGoOnUntilThereIsSpace() throws Exception {
    assumeTrue(canMount(), "a file system of its own needs the right to mount one");
    List<String> through = List.of("unshare", "-m", "sh", "-c", MOUNT, data.toString());
    try (StoreProcess store = StoreProcess.start(data, through, List.of())) {
      createNamespace(store.client);
      List<Memory> acknowledged = new ArrayList<>();
      Memory refused = writeUntilFull(store.client, acknowledged);
      assertThat(acknowledged).isNotEmpty();
      assertThat(write(store.client, refused)).isPresent();
      requireAll(store.client, acknowledged);
      assertThat(codeOfGet(store.client, refused.getId())).isEqualTo(Status.Code.NOT_FOUND);

      Files.delete(store.seenByIt(data.resolve("ballast")));
      while (write(store.client, refused).isPresent()) {
        Thread.sleep(200);
      }
      acknowledged.add(refused);
      requireAll(store.client, acknowledged);
      assertThat(
              store
                  .client
                  .searchMemories(
                      SearchMemoriesRequest.newBuilder()
                          .setNamespace("n")
                          .setText(refused.getId())
                          .setRanking(Ranking.RANKING_LEXICAL)
                          .setMinRevision(acknowledged.size())
                          .setLimit(1)
                          .build())
                  .getHits(0)
                  .getMemory()
                  .getId())
          .isEqualTo(refused.getId());
    }
  }

  /** Gives back the first memory that was refused. */
  private static Memory writeUntilFull(
      MemoryStoreServiceBlockingStub client, List<Memory> acknowledged) {
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    for (int i = 0; i < MOST_WRITES; i++) {
      // Not compressible, so that the disk is full soon.
      StringBuilder value = new StringBuilder(VALUE_CHARS);
      random.ints(VALUE_CHARS, ' ', '~').forEach(value::appendCodePoint);
      Memory memory =
          turn("m" + i, "s", "zebra m" + i, 1, 2, 3, 4).setValue(value.toString()).build();
      Optional<com.google.rpc.Status> refusal = write(client, memory);
      if (refusal.isPresent()) {
        requireExhausted(refusal.get());
        return memory;
      }
      acknowledged.add(memory);
    }
    throw new AssertionError("the disk never ran full");
  }

  private static Optional<com.google.rpc.Status> write(
      MemoryStoreServiceBlockingStub client, Memory memory) {
    try {
      client.writeMemories(
          WriteMemoriesRequest.newBuilder().setNamespace("n").addMemories(memory).build());
      return Optional.empty();
    } catch (StatusRuntimeException e) {
      return Optional.ofNullable(StatusProto.fromThrowable(e));
    }
  }

  private static void requireExhausted(com.google.rpc.Status refusal) {
    assertThat(refusal.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED.value());
    assertThat(refusal.getDetailsList()).anyMatch(detail -> detail.is(RetryInfo.class));
    assertThat(refusal.getDetailsList())
        .filteredOn(detail -> detail.is(ErrorInfo.class))
        .singleElement()
        .satisfies(detail ->
            assertThat(detail.unpack(ErrorInfo.class).getReason()).isEqualTo("STORAGE_EXHAUSTED"));
  }

  private static void requireAll(MemoryStoreServiceBlockingStub client, List<Memory> acknowledged) {
    for (Memory memory : acknowledged) {
      assertThat(client.getMemory(get(memory.getId())).getMemory().getValue())
          .isEqualTo(memory.getValue());
    }
  }

  private static Status.Code codeOfGet(MemoryStoreServiceBlockingStub client, String id) {
    try {
      client.getMemory(get(id));
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  private static GetMemoryRequest get(String id) {
    return GetMemoryRequest.newBuilder().setNamespace("n").setId(id).build();
  }

  private static void createNamespace(MemoryStoreServiceBlockingStub client) {
    client.createNamespace(
        CreateNamespaceRequest.newBuilder()
            .setNamespace(
                Namespace.newBuilder()
                    .setName("n")
                    .addVectorSpaces(VectorSpace.newBuilder().setModel("m").setDimensions(4)))
            .build());
  }

  private static boolean canMount() throws IOException, InterruptedException {
    try {
      return new ProcessBuilder("unshare", "-m", "mount", "-t", "tmpfs", "mnestic", "/mnt")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
