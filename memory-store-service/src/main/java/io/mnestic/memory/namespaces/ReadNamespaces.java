package io.mnestic.memory.namespaces;

import io.mnestic.memory.forgetting.SweepProgress;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.log.Page;
import io.mnestic.memory.v1.GetNamespaceRequest;
import io.mnestic.memory.v1.GetNamespaceResponse;
import io.mnestic.memory.v1.ListNamespacesRequest;
import io.mnestic.memory.v1.ListNamespacesResponse;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.PageToken;
import jakarta.inject.Singleton;

/** Gets and lists namespaces. */
@Singleton
public final class ReadNamespaces {
  private static final int DEFAULT_PAGE = 100;

  private final MemoryLog log;

  private final SweepProgress sweeps;

  ReadNamespaces(MemoryLog log, SweepProgress sweeps) {
    this.log = log;
    this.sweeps = sweeps;
  }

  /**
   * Gets one.
   *
   * @throws io.mnestic.wire.Refusal NAMESPACE_NOT_FOUND
   */
  public GetNamespaceResponse get(GetNamespaceRequest request) {
    try (LogView view = log.view()) {
      return GetNamespaceResponse.newBuilder()
          .setNamespace(shown(view, view.namespace(request.getNamespace())))
          .build();
    }
  }

  /**
   * Lists them by name.
   *
   * @throws io.mnestic.wire.Refusal PAGE_TOKEN_INVALID
   */
  public ListNamespacesResponse list(ListNamespacesRequest request) {
    ListNamespacesRequest listing = ListNamespacesRequest.getDefaultInstance();
    String after = PageToken.lastKey(listing, request.getPageToken());
    int limit = request.getPageSize() == 0 ? DEFAULT_PAGE : request.getPageSize();
    try (LogView view = log.view()) {
      Page<StoredNamespace> page = view.namespaces(after, limit);
      ListNamespacesResponse.Builder response = ListNamespacesResponse.newBuilder();
      page.items().forEach(item -> response.addNamespaces(shown(view, item)));
      if (page.more()) {
        response.setNextPageToken(
            PageToken.after(listing, page.items().getLast().getNamespace().getName()));
      }
      return response.build();
    }
  }

  private Namespace shown(LogView view, StoredNamespace stored) {
    return sweeps.shown(
        stored,
        stored.getNamespace().toBuilder().setOldestRevision(view.oldestRevision(stored)).build());
  }
}
