package io.mnestic.memory.history;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.log.Page;
import io.mnestic.memory.v1.GetSnapshotRequest;
import io.mnestic.memory.v1.GetSnapshotResponse;
import io.mnestic.memory.v1.ListSnapshotsRequest;
import io.mnestic.memory.v1.ListSnapshotsResponse;
import io.mnestic.memory.v1.Snapshot;
import io.mnestic.wire.PageToken;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;

/** Gets and lists snapshots. */
@Singleton
public final class ReadSnapshots {
  private static final int DEFAULT_PAGE = 100;

  private final MemoryLog log;

  ReadSnapshots(MemoryLog log) {
    this.log = log;
  }

  /**
   * Gets one.
   *
   * @throws Refusal NAMESPACE_NOT_FOUND, SNAPSHOT_NOT_FOUND
   */
  public GetSnapshotResponse get(GetSnapshotRequest request) {
    try (LogView view = log.view()) {
      long uid = view.namespace(request.getNamespace()).getUid();
      return GetSnapshotResponse.newBuilder()
          .setSnapshot(
              view.snapshot(uid, request.getSnapshot())
                  .orElseThrow(() -> notFound(request.getNamespace(), request.getSnapshot())))
          .build();
    }
  }

  /**
   * Lists them by name.
   *
   * @throws Refusal NAMESPACE_NOT_FOUND, PAGE_TOKEN_INVALID
   */
  public ListSnapshotsResponse list(ListSnapshotsRequest request) {
    ListSnapshotsRequest listing = request.toBuilder().clearPageSize().clearPageToken().build();
    String after = PageToken.lastKey(listing, request.getPageToken());
    int limit = request.getPageSize() == 0 ? DEFAULT_PAGE : request.getPageSize();
    try (LogView view = log.view()) {
      long uid = view.namespace(request.getNamespace()).getUid();
      Page<Snapshot> page = view.snapshots(uid, after, limit);
      ListSnapshotsResponse.Builder response =
          ListSnapshotsResponse.newBuilder().addAllSnapshots(page.items());
      if (page.more()) {
        response.setNextPageToken(PageToken.after(listing, page.items().getLast().getName()));
      }
      return response.build();
    }
  }

  static Refusal notFound(String namespace, String snapshot) {
    return Refusal.of(
            Reason.REASON_SNAPSHOT_NOT_FOUND,
            "the namespace '"
                + namespace
                + "' has no snapshot '"
                + snapshot
                + "': ListSnapshots shows those it has")
        .withField("snapshot");
  }
}
