package io.mnestic.orchestrator.backfill;

import io.mnestic.memory.v1.ListTurnsRequest;
import io.mnestic.memory.v1.ListTurnsResponse;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.Turn;
import io.mnestic.orchestrator.encoding.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the turn before each turn of a listing by id. Ids are time-ordered, so it usually is the
 * session's last one that was seen; otherwise the session is read.
 */
final class PreviousKeys {
  private static final int PAGE = 500;

  private final String namespace;
  private final MemoryStoreServiceBlockingStub store;
  private final Map<String, Memory> lastSeen = new HashMap<>();

  PreviousKeys(String namespace, MemoryStoreServiceBlockingStub store) {
    this.namespace = namespace;
    this.store = store;
  }

  List<Subject> subjects(List<Memory> memories) {
    List<Subject> subjects = new ArrayList<>();
    for (Memory memory : memories) {
      subjects.add(new Subject(memory.getKey(), memory.hasTurn() ? before(memory) : null));
    }
    return subjects;
  }

  private @Nullable String before(Memory memory) {
    Turn turn = memory.getTurn();
    Memory last = lastSeen.put(turn.getSession(), memory);
    if (turn.getSequence() <= 1) {
      return null;
    }
    return last != null && last.getTurn().getSequence() == turn.getSequence() - 1
        ? last.getKey()
        : read(turn);
  }

  private @Nullable String read(Turn turn) {
    ListTurnsRequest.Builder request =
        ListTurnsRequest.newBuilder()
            .setNamespace(namespace)
            .setSession(turn.getSession())
            .setPageSize(PAGE);
    do {
      ListTurnsResponse page = store.listTurns(request.build());
      for (Memory earlier : page.getTurnsList()) {
        if (earlier.getTurn().getSequence() < turn.getSequence()) {
          return earlier.getKey();
        }
      }
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return null;
  }
}
