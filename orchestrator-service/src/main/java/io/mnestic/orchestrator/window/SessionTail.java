package io.mnestic.orchestrator.window;

import io.mnestic.memory.v1.ListTurnsRequest;
import io.mnestic.memory.v1.ListTurnsResponse;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.Role;
import io.mnestic.memory.v1.Turn;
import io.mnestic.orchestrator.session.Sessions;
import io.mnestic.orchestrator.tokens.MessageTokens;
import io.mnestic.orchestrator.tokens.TokenCounter;
import io.mnestic.orchestrator.turn.TurnText;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/** Reads as much of a session's tail as a budget can hold. */
@Singleton
public final class SessionTail {
  /** Turns are seldom shorter than this, so the first page usually is the last. */
  private static final int USUAL_TOKENS = 24;

  private static final int LEAST_PAGE = 50;
  private static final int MOST_PAGE = 500;

  /** How far back the newest turn of the user is looked for. */
  private static final int MOST_TURNS_TO_USER = 2_000;

  private final Sessions sessions;
  private final MemoryStoreServiceBlockingStub store;

  SessionTail(Sessions sessions, MemoryStoreServiceBlockingStub store) {
    this.sessions = sessions;
    this.store = store;
  }

  /**
   * Reads the newest turns until they cost more than the budget or there are no more.
   *
   * @param toUser read on to the newest turn of the user, even beyond the budget
   * @throws io.mnestic.wire.Refusal SESSION_NOT_FOUND
   */
  public Tail read(
      String namespace,
      String session,
      TokenCounter counter,
      int tokensPerMessage,
      long budget,
      boolean toUser) {
    sessions.require(namespace, session);
    ListTurnsRequest.Builder request =
        ListTurnsRequest.newBuilder()
            .setNamespace(namespace)
            .setSession(session)
            .setPageSize(Math.clamp(budget / USUAL_TOKENS, LEAST_PAGE, MOST_PAGE));
    List<WindowTurn> newestFirst = new ArrayList<>();
    boolean userSeen = !toUser;
    long tokens = 0;
    while (true) {
      ListTurnsResponse page = store.listTurns(request.build());
      for (WindowTurn turn : counted(page.getTurnsList(), counter)) {
        newestFirst.add(turn);
        tokens += turn.tokens() + tokensPerMessage;
        userSeen |= turn.isOf(Role.ROLE_USER);
      }
      boolean complete = page.getNextPageToken().isEmpty();
      boolean enough = tokens > budget && (userSeen || newestFirst.size() >= MOST_TURNS_TO_USER);
      if (complete || enough) {
        return new Tail(List.copyOf(newestFirst.reversed()), complete, page.getRevision());
      }
      request.setPageToken(page.getNextPageToken()).setPageSize(MOST_PAGE);
    }
  }

  /** Reads the turns after a position, whatever they cost. */
  public Tail after(String namespace, String session, TokenCounter counter, long sequence) {
    return new Tail(counted(after(namespace, session, sequence), counter), true, 0);
  }

  /** Reads the turns after a position, oldest first. */
  public List<Memory> after(String namespace, String session, long sequence) {
    ListTurnsRequest.Builder request =
        ListTurnsRequest.newBuilder()
            .setNamespace(namespace)
            .setSession(session)
            .setPageSize(MOST_PAGE);
    List<Memory> newestFirst = new ArrayList<>();
    while (true) {
      ListTurnsResponse page = store.listTurns(request.build());
      List<Memory> later =
          page.getTurnsList().stream()
              .filter(turn -> turn.getTurn().getSequence() > sequence)
              .toList();
      newestFirst.addAll(later);
      if (later.size() < page.getTurnsCount() || page.getNextPageToken().isEmpty()) {
        return newestFirst.reversed();
      }
      request.setPageToken(page.getNextPageToken());
    }
  }

  private static List<WindowTurn> counted(List<Memory> turns, TokenCounter counter) {
    List<String> texts = new ArrayList<>();
    int[] ends = new int[turns.size()];
    for (int i = 0; i < ends.length; i++) {
      Turn turn = turns.get(i).getTurn();
      texts.addAll(
          MessageTokens.texts(
              TurnText.content(turns.get(i)), turn.getSpeaker(), turn.getToolCallsList()));
      ends[i] = texts.size();
    }
    int[] counts = counter.count(texts);
    List<WindowTurn> counted = new ArrayList<>();
    for (int i = 0, text = 0; i < ends.length; i++) {
      int tokens = MessageTokens.declared(turns.get(i).getTurn().getAttachmentsList());
      for (; text < ends[i]; text++) {
        tokens += counts[text];
      }
      counted.add(new WindowTurn(turns.get(i), TurnText.content(turns.get(i)), tokens));
    }
    return counted;
  }
}
