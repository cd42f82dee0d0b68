package io.mnestic.memory.records;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.log.Moment;
import io.mnestic.memory.log.NamespaceState;
import io.mnestic.memory.log.Page;
import io.mnestic.memory.v1.GetRecordRequest;
import io.mnestic.memory.v1.GetRecordResponse;
import io.mnestic.memory.v1.ListRecordsRequest;
import io.mnestic.memory.v1.ListRecordsResponse;
import io.mnestic.memory.v1.Record;
import io.mnestic.wire.PageToken;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;

/** Gets and lists records. */
@Singleton
public final class ReadRecords {
  private static final int DEFAULT_PAGE = 100;

  private final MemoryLog log;

  ReadRecords(MemoryLog log) {
    this.log = log;
  }

  /**
   * Gets one.
   *
   * @throws Refusal NAMESPACE_NOT_FOUND, RECORD_NOT_FOUND, REVISION_NOT_REACHED, REVISION_EXPIRED
   */
  public GetRecordResponse get(GetRecordRequest request) {
    Moment moment = Moment.of(request);
    try (LogView view = log.view(moment)) {
      NamespaceState state = view.at(request.getNamespace(), moment);
      return GetRecordResponse.newBuilder()
          .setRecord(
              state
                  .view()
                  .record(state.namespace().getUid(), request.getCollection(), request.getId())
                  .orElseThrow(() -> notFound(request.getCollection(), request.getId())))
          .build();
    }
  }

  /**
   * Lists a collection's by id.
   *
   * @throws Refusal NAMESPACE_NOT_FOUND, PAGE_TOKEN_INVALID, REVISION_NOT_REACHED, REVISION_EXPIRED
   */
  public ListRecordsResponse list(ListRecordsRequest request) {
    ListRecordsRequest listing = request.toBuilder().clearPageSize().clearPageToken().build();
    String after = PageToken.lastKey(listing, request.getPageToken());
    int limit = request.getPageSize() == 0 ? DEFAULT_PAGE : request.getPageSize();
    Moment moment = Moment.of(request);
    try (LogView view = log.view(moment)) {
      NamespaceState state = view.at(request.getNamespace(), moment);
      Page<Record> page =
          state.view().records(state.namespace().getUid(), request.getCollection(), after, limit);
      ListRecordsResponse.Builder response =
          ListRecordsResponse.newBuilder().addAllRecords(page.items());
      if (page.more()) {
        response.setNextPageToken(PageToken.after(listing, page.items().getLast().getId()));
      }
      return response.build();
    }
  }

  static Refusal notFound(String collection, String id) {
    return Refusal.of(
            Reason.REASON_RECORD_NOT_FOUND,
            "there is no record '" + id + "' in the collection '" + collection + "'")
        .withField("id");
  }
}
