package io.mnestic.orchestrator.remembering;

import io.grpc.StatusRuntimeException;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import io.mnestic.memory.v1.WriteMemoriesResponse;
import io.mnestic.orchestrator.encoding.EncodedMemory;
import io.mnestic.orchestrator.encoding.MemoryEncoder;
import io.mnestic.orchestrator.encoding.Subject;
import io.mnestic.orchestrator.peers.PeerFailure;
import io.mnestic.orchestrator.peers.PeerSettings;
import io.mnestic.orchestrator.space.Spaces;
import io.mnestic.orchestrator.v1.Notice;
import io.mnestic.orchestrator.v1.NoticeKind;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Supplier;

/**
 * Writes memories with their vectors if those can be had in time, and without them otherwise: what
 * is said is never lost because it could not be encoded.
 */
@Singleton
public final class WriteEncoded {
  /** More text than this takes seconds to encode: it is written first and encoded afterwards. */
  private static final long MOST_CHARS = 64 << 10;

  private final MemoryEncoder encoder;
  private final Spaces spaces;
  private final MemoryStoreServiceBlockingStub store;
  private final PeerSettings settings;

  WriteEncoded(
      MemoryEncoder encoder,
      Spaces spaces,
      MemoryStoreServiceBlockingStub store,
      PeerSettings settings) {
    this.encoder = encoder;
    this.spaces = spaces;
    this.store = store;
    this.settings = settings;
  }

  /**
   * Writes in one request.
   *
   * @param subjects what to encode of each memory; asked for only if something is to be encoded
   */
  public Written write(WriteMemoriesRequest.Builder write, Supplier<List<Subject>> subjects) {
    List<Notice> notices = encode(write, subjects);
    try {
      return new Written(store.writeMemories(write.build()), notices);
    } catch (StatusRuntimeException e) {
      if (notices.isEmpty() && PeerFailure.is(e, Reason.REASON_WRONG_DIMENSION)) {
        // The namespace was deleted and made again with another model since its space was read.
        spaces.forget(write.getNamespace());
        write.getMemoriesBuilderList().forEach(memory -> memory.clearVectors().clearTokenVectors());
        return new Written(store.writeMemories(write.build()), pending("the model has changed"));
      }
      throw e;
    }
  }

  private List<Notice> encode(
      WriteMemoriesRequest.Builder write, Supplier<List<Subject>> subjects) {
    long keys = write.getMemoriesList().stream().mapToLong(m -> m.getKey().length()).sum();
    if (keys > MOST_CHARS) {
      return pending("there is much to encode");
    }
    List<Subject> asked = subjects.get();
    if (asked.stream().mapToLong(Subject::length).sum() > MOST_CHARS) {
      return pending("there is much to encode");
    }
    try {
      List<EncodedMemory> encoded =
          encoder.encode(
              spaces.of(write.getNamespace()), asked, settings.appendEncodeDeadline(), () -> {});
      for (int i = 0; i < encoded.size(); i++) {
        write
            .getMemoriesBuilder(i)
            .addAllVectors(encoded.get(i).vectors())
            .addAllTokenVectors(encoded.get(i).tokens());
      }
      return List.of();
    } catch (Refusal refusal) {
      return pending(refusal.getMessage());
    }
  }

  private static List<Notice> pending(String why) {
    return List.of(
        Notice.newBuilder()
            .setKind(NoticeKind.NOTICE_KIND_VECTORS_PENDING)
            .setMessage(
                "written, but not encoded yet ("
                    + why
                    + "): found by its words now, by its meaning once its vectors are filled in")
            .build());
  }

  /**
   * What came of a write.
   *
   * @param notices if vectors are to follow
   */
  public record Written(WriteMemoriesResponse reply, List<Notice> notices) {}
}
