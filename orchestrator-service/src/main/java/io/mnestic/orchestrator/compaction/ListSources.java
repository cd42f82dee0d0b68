package io.mnestic.orchestrator.compaction;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.Memory;
import io.mnestic.orchestrator.v1.ListSourcesRequest;
import io.mnestic.orchestrator.v1.ListSourcesResponse;
import io.mnestic.wire.PageToken;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Walks from a summary down to what it was made from. */
@Singleton
public final class ListSources {
  private static final int DEFAULT_PAGE = 50;

  /** Levels of a hierarchy; each has several times as many memories as the one above. */
  private static final int DEEPEST = 16;

  private final ReadMemories memories;

  ListSources(ReadMemories memories) {
    this.memories = memories;
  }

  /**
   * Lists the sources of a memory.
   *
   * @throws Refusal MEMORY_NOT_FOUND
   */
  public ListSourcesResponse list(ListSourcesRequest request) {
    ListSourcesRequest listing = request.toBuilder().clearPageSize().clearPageToken().build();
    int start = start(PageToken.lastKey(listing, request.getPageToken()));
    Memory memory =
        memories
            .read(request.getNamespace(), List.of(request.getMemoryId()))
            .getFirst()
            .orElseThrow(() ->
                Refusal.of(
                        Reason.REASON_MEMORY_NOT_FOUND,
                        "'" + request.getMemoryId() + "' is not remembered")
                    .withField("memory_id"));
    List<String> sources = memory.getSourceIdsList();
    if (request.getToVerbatim()) {
      sources = verbatim(request.getNamespace(), sources);
    }
    int size = request.getPageSize() == 0 ? DEFAULT_PAGE : request.getPageSize();
    int first = Math.min(start, sources.size());
    int end = Math.min(sources.size(), first + size);
    ListSourcesResponse.Builder reply = ListSourcesResponse.newBuilder();
    List<String> page = sources.subList(first, end);
    List<Optional<Memory>> read = memories.read(request.getNamespace(), page);
    for (int i = 0; i < page.size(); i++) {
      read.get(i).ifPresent(reply::addMemories);
      if (read.get(i).isEmpty()) {
        reply.addMissingIds(page.get(i));
      }
    }
    if (end < sources.size()) {
      reply.setNextPageToken(PageToken.after(listing, Integer.toString(end)));
    }
    return reply.build();
  }

  /** Goes down level by level; what is gone stays in the list, to be named as missing. */
  private List<String> verbatim(String namespace, List<String> ids) {
    Set<String> level = new LinkedHashSet<>(ids);
    for (int depth = 0; depth < DEEPEST; depth++) {
      List<String> here = List.copyOf(level);
      List<Optional<Memory>> read = memories.read(namespace, here);
      Set<String> next = new LinkedHashSet<>();
      for (int i = 0; i < here.size(); i++) {
        List<String> below =
            read.get(i).map(memory -> (List<String>) memory.getSourceIdsList()).orElse(List.of());
        next.addAll(below.isEmpty() ? List.of(here.get(i)) : below);
      }
      if (next.equals(level)) {
        break;
      }
      level = next;
    }
    return new ArrayList<>(level);
  }

  private static int start(String key) {
    try {
      return key.isEmpty() ? 0 : Math.max(0, Integer.parseInt(key));
    } catch (NumberFormatException e) {
      throw PageToken.invalid();
    }
  }
}
