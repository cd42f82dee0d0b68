package io.mnestic.memory.transfer;

import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.log.MemorySet;
import io.mnestic.memory.log.Page;
import io.mnestic.memory.v1.ExportEnd;
import io.mnestic.memory.v1.ExportHeader;
import io.mnestic.memory.v1.ExportLine;
import io.mnestic.memory.v1.ExportMemoriesRequest;
import io.mnestic.memory.v1.ExportMemoriesResponse;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.VectorSpace;
import io.mnestic.store.v1.StoredNamespace;

/**
 * One call of ExportMemories. It sends while the caller takes; between that it holds its place and
 * no view of the log, so that a slow caller holds nothing up. gRPC calls it from one thread at a
 * time.
 */
final class Export {
  private static final int PAGE_MEMORIES = 64;
  private static final int PAGE_BYTES = 1 << 20;

  private final MemoryLog log;
  private final StoredNamespace namespace;
  private final long revision;
  private final ServerCallStreamObserver<ExportMemoriesResponse> caller;
  private final Packer packer = new Packer();
  private String afterId;
  private long memories;
  private boolean read;
  private boolean over;

  Export(
      MemoryLog log,
      StoredNamespace namespace,
      long revision,
      ExportMemoriesRequest request,
      ServerCallStreamObserver<ExportMemoriesResponse> caller) {
    this.log = log;
    this.namespace = namespace;
    this.revision = revision;
    this.caller = caller;
    this.afterId = request.getAfterId();
    this.memories = request.getMemoriesBefore();
  }

  /** Sends as much as the caller takes. */
  void send() {
    try {
      while (!over && caller.isReady() && !caller.isCancelled()) {
        if (packer.isEmpty()) {
          readPage();
        }
        Packer.Piece piece = packer.remove();
        caller.onNext(
            ExportMemoriesResponse.newBuilder()
                .setData(piece.data())
                .setMemories(piece.memories())
                .setTotal(namespace.getNamespace().getMemoryCount())
                .setRevision(revision)
                .build());
        if (packer.isEmpty() && read) {
          over = true;
          caller.onCompleted();
        }
      }
    } catch (RuntimeException | Error e) {
      over = true;
      caller.onError(e);
    }
  }

  private void readPage() {
    if (afterId.isEmpty() && memories == 0) {
      packer.add(header(), memories);
    }
    try (LogView newest = log.view()) {
      LogView view = ExportMemories.at(newest, namespace, revision);
      long uid = namespace.getUid();
      Page<Memory> page = view.memories(uid, MemorySet.ALL, afterId, _ -> true, PAGE_MEMORIES);
      int bytes = 0;
      int taken = 0;
      for (Memory memory : page.items()) {
        if (bytes > PAGE_BYTES) {
          // The others are read again: with their vectors they might be very big.
          break;
        }
        ByteString line = line(view, memory);
        bytes += line.size();
        taken++;
        memories++;
        packer.add(line, memories);
        afterId = memory.getId();
      }
      read = !page.more() && taken == page.items().size();
    }
    if (read) {
      packer.add(
          Lines.of(
              ExportLine.newBuilder().setEnd(ExportEnd.newBuilder().setMemories(memories)).build()),
          memories);
    }
    packer.close(memories);
  }

  private ByteString line(LogView view, Memory memory) {
    return Lines.of(
        ExportLine.newBuilder().setMemory(view.whole(namespace.getUid(), memory)).build());
  }

  private ByteString header() {
    VectorSpace space = namespace.getNamespace().getVectorSpaces(0);
    return Lines.of(
        ExportLine.newBuilder()
            .setHeader(
                ExportHeader.newBuilder()
                    .setFormat(1)
                    .setNamespace(namespace.getNamespace().getName())
                    .setModel(space.getModel())
                    .setModelRevision(space.getModelRevision())
                    .setDimensions(space.getDimensions())
                    .setRevision(revision))
            .build());
  }
}
