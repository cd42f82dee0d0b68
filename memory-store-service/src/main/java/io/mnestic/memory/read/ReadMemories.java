package io.mnestic.memory.read;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.log.MemorySet;
import io.mnestic.memory.log.Moment;
import io.mnestic.memory.log.NamespaceState;
import io.mnestic.memory.log.Page;
import io.mnestic.memory.usage.CountUses;
import io.mnestic.memory.v1.Filter;
import io.mnestic.memory.v1.GetMemoryRequest;
import io.mnestic.memory.v1.GetMemoryResponse;
import io.mnestic.memory.v1.ListMemoriesRequest;
import io.mnestic.memory.v1.ListMemoriesResponse;
import io.mnestic.memory.v1.ListTurnsRequest;
import io.mnestic.memory.v1.ListTurnsResponse;
import io.mnestic.memory.v1.Memory;
import io.mnestic.wire.PageToken;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.List;

/** Gets and lists memories. */
@Singleton
public final class ReadMemories {
  private static final int DEFAULT_PAGE = 100;

  /** A page with vectors ends before it has more than this, so that it fits in a message. */
  private static final long PAGE_BYTES = 16L << 20;

  private final MemoryLog log;

  private final CountUses uses;

  ReadMemories(MemoryLog log, CountUses uses) {
    this.log = log;
    this.uses = uses;
  }

  /**
   * Gets one.
   *
   * @throws Refusal NAMESPACE_NOT_FOUND, MEMORY_NOT_FOUND, REVISION_NOT_REACHED, REVISION_EXPIRED
   */
  public GetMemoryResponse get(GetMemoryRequest request) {
    Moment moment = Moment.of(request);
    try (LogView view = log.view(moment)) {
      NamespaceState state = view.at(request.getNamespace(), moment);
      long uid = state.namespace().getUid();
      Memory memory =
          state.view().memory(uid, request.getId()).orElseThrow(() -> notFound(request.getId()));
      GetMemoryResponse.Builder response =
          GetMemoryResponse.newBuilder()
              .setMemory(
                  request.getWithVectors() ? withVectors(state.view(), uid, memory) : memory);
      if (moment.isNow()) {
        List<String> ids = List.of(request.getId());
        if (request.getWithUsage()) {
          response.setUsage(view.usages(uid, ids).getFirst());
        }
        if (!request.getUncounted()) {
          uses.count(uid, ids);
        }
      }
      return response.build();
    }
  }

  /**
   * Lists those that pass a filter, by id.
   *
   * @throws Refusal NAMESPACE_NOT_FOUND, PAGE_TOKEN_INVALID, REVISION_NOT_REACHED, REVISION_EXPIRED
   */
  public ListMemoriesResponse list(ListMemoriesRequest request) {
    CheckFilter.check(request.getFilter());
    ListMemoriesRequest listing = request.toBuilder().clearPageSize().clearPageToken().build();
    String after = PageToken.lastKey(listing, request.getPageToken());
    Moment moment = Moment.of(request);
    try (LogView view = log.view(moment)) {
      NamespaceState state = view.at(request.getNamespace(), moment);
      long uid = state.namespace().getUid();
      Page<Memory> page =
          state
              .view()
              .memories(
                  uid,
                  smallest(request),
                  after,
                  new MatchFilter(request.getFilter()),
                  pageSize(request.getPageSize()));
      ListMemoriesResponse.Builder response =
          ListMemoriesResponse.newBuilder().setRevision(state.revision());
      if (request.getWithVectors()) {
        addWithVectors(state.view(), uid, page.items(), response);
      } else {
        response.addAllMemories(page.items());
      }
      int count = response.getMemoriesCount();
      if (page.more() || count < page.items().size()) {
        response.setNextPageToken(
            PageToken.after(listing, response.getMemories(count - 1).getId()));
      }
      return response.build();
    }
  }

  /**
   * Lists a session's turns.
   *
   * @throws Refusal NAMESPACE_NOT_FOUND, PAGE_TOKEN_INVALID, REVISION_NOT_REACHED, REVISION_EXPIRED
   */
  public ListTurnsResponse listTurns(ListTurnsRequest request) {
    ListTurnsRequest listing = request.toBuilder().clearPageSize().clearPageToken().build();
    String after = PageToken.lastKey(listing, request.getPageToken());
    Moment moment = Moment.of(request);
    try (LogView view = log.view(moment)) {
      NamespaceState state = view.at(request.getNamespace(), moment);
      Page<Memory> page =
          state
              .view()
              .turns(
                  state.namespace().getUid(),
                  request.getSession(),
                  sequence(after),
                  request.getOldestFirst(),
                  pageSize(request.getPageSize()));
      ListTurnsResponse.Builder response =
          ListTurnsResponse.newBuilder().addAllTurns(page.items()).setRevision(state.revision());
      if (page.more()) {
        long last = page.items().getLast().getTurn().getSequence();
        response.setNextPageToken(PageToken.after(listing, Long.toString(last)));
      }
      return response.build();
    }
  }

  private static MemorySet smallest(ListMemoriesRequest request) {
    if (request.getUnencoded()) {
      return MemorySet.UNENCODED;
    }
    if (request.getTokenless()) {
      return MemorySet.TOKENLESS;
    }
    Filter filter = request.getFilter();
    return filter.hasPinned() && filter.getPinned() ? MemorySet.PINNED : MemorySet.ALL;
  }

  private static void addWithVectors(
      LogView view, long uid, List<Memory> memories, ListMemoriesResponse.Builder response) {
    long bytes = 0;
    for (Memory memory : memories) {
      Memory whole = withVectors(view, uid, memory);
      bytes += whole.getSerializedSize();
      if (bytes > PAGE_BYTES && response.getMemoriesCount() > 0) {
        return;
      }
      response.addMemories(whole);
    }
  }

  /** The sequence number in a page token; a token made by hand may hold anything. */
  private static long sequence(String after) {
    try {
      return after.isEmpty() ? 0 : Long.parseLong(after);
    } catch (NumberFormatException e) {
      throw PageToken.invalid();
    }
  }

  private static Memory withVectors(LogView view, long uid, Memory memory) {
    return memory.toBuilder().addAllVectors(view.vectors(uid, memory.getId())).build();
  }

  private static int pageSize(int asked) {
    return asked == 0 ? DEFAULT_PAGE : asked;
  }

  private static Refusal notFound(String id) {
    return Refusal.of(
            Reason.REASON_MEMORY_NOT_FOUND, "there is no memory '" + id + "', or it was deleted")
        .withField("id");
  }
}
