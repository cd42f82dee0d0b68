package io.mnestic.orchestrator.prompt;

import io.mnestic.memory.v1.Attachment;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Role;
import io.mnestic.memory.v1.Turn;
import io.mnestic.orchestrator.tokens.MessageTokens;
import io.mnestic.orchestrator.tokens.TokenCounter;
import io.mnestic.orchestrator.turn.TurnText;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.WindowPolicy;
import io.mnestic.orchestrator.window.Episode;
import io.mnestic.orchestrator.window.Tail;
import io.mnestic.orchestrator.window.Turns;
import io.mnestic.orchestrator.window.WindowTurn;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Sessions, memories and requests as {@link AssemblyModelTest} draws them. */
final class RandomCases {
  private static final List<String> WORDS =
      List.of(
          "tea",
          "the race",
          "on Sunday",
          "小明喜欢喝茶",
          "😀🎉",
          "\n\n",
          "  ",
          "<|endoftext|>",
          "</recalled_memories>",
          "<pinned_memories>",
          "1234567",
          "don't",
          "naïve",
          "x=y;",
          "-");

  private RandomCases() {}

  static AssembleContextRequest request(Random random, boolean asked) {
    return AssembleContextRequest.newBuilder()
        .setNamespace("n")
        .setSessionId("s")
        .setQuery(asked ? "query " + text(random, 8) : "")
        .setBudgetTokens(1 + random.nextInt(random.nextBoolean() ? 300 : 3_000))
        .setReserveTokens(random.nextInt(3) == 0 ? random.nextInt(100) : 0)
        .setTokensPerMessage(random.nextInt(5))
        .setTokensPerRequest(random.nextInt(4))
        .setSystemPrompt(random.nextBoolean() ? "" : "system " + text(random, 20))
        .setMaxRecalled(random.nextInt(12))
        .setRecallShare(random.nextInt(5) / 4.0)
        .build();
  }

  /** An asked request may have an attachment. */
  static AssembleContextRequest.Builder attached(Random random, AssembleContextRequest request) {
    AssembleContextRequest.Builder attached = request.toBuilder();
    if (!request.getQuery().isEmpty() && random.nextInt(8) == 0) {
      attached.addAttachments(
          Attachment.newBuilder().setMediaType("image/jpeg").setTokens(random.nextInt(100)));
    }
    return attached;
  }

  static WindowPolicy policy(Random random) {
    return WindowPolicy.newBuilder()
        .setKindValue(random.nextInt(4))
        .setMaxTokens(random.nextInt(3) == 0 ? 1 + random.nextInt(400) : 0)
        .build();
  }

  /** Episodes of a session's first turns, one after the other, with a gap now and then. */
  static List<Episode> episodes(Random random, int turns) {
    List<Episode> episodes = new ArrayList<>();
    int first = 1;
    while (random.nextInt(6) > 0) {
      first += random.nextInt(4) == 0 ? 1 : 0;
      int last = first + random.nextInt(8);
      if (last > turns) {
        break;
      }
      String text = "episode " + text(random, 20);
      episodes.add(
          new Episode(
              Memory.newBuilder()
                  .setId("e" + first)
                  .setKind(Kind.KIND_EPISODE)
                  .setKey(text)
                  .setValue(text)
                  .build(),
              first,
              last));
      first = last + 1;
    }
    return episodes;
  }

  static List<Memory> session(Random random) {
    List<Memory> turns = new ArrayList<>();
    int length = random.nextInt(40);
    List<String> open = new ArrayList<>();
    while (turns.size() < length) {
      long sequence = turns.size() + 1L;
      int kind = random.nextInt(6);
      if (!open.isEmpty()) {
        turns.add(Turns.result(sequence, open.removeFirst(), "result " + text(random, 10)));
      } else if (kind == 0) {
        for (int i = random.nextInt(3); i >= 0; i--) {
          open.add("c" + sequence + "." + i);
        }
        Memory call = Turns.calls(sequence, "", open);
        String text = TurnText.value("", call.getTurn().getToolCallsList(), List.of());
        turns.add(call.toBuilder().setKey(text).setValue(text).build());
      } else {
        Turn.Builder turn =
            Turn.newBuilder()
                .setRole(kind < 4 ? Role.ROLE_USER : Role.ROLE_ASSISTANT)
                .setSpeaker(random.nextBoolean() ? "Ann" : "");
        if (random.nextInt(8) == 0) {
          turn.addAttachments(
              Attachment.newBuilder().setMediaType("image/png").setTokens(random.nextInt(200)));
        }
        turns.add(
            Turns.turn(sequence, turn, "turn " + text(random, 25)).toBuilder()
                .setPinned(random.nextInt(10) == 0)
                .build());
      }
    }
    return turns;
  }

  static Tail tail(List<Memory> turns, boolean complete, TokenCounter counter) {
    List<WindowTurn> counted = new ArrayList<>();
    for (Memory turn : turns) {
      String content = TurnText.content(turn);
      List<String> texts =
          MessageTokens.texts(
              content, turn.getTurn().getSpeaker(), turn.getTurn().getToolCallsList());
      int declared = MessageTokens.declared(turn.getTurn().getAttachmentsList());
      counted.add(
          new WindowTurn(turn, content, declared + texts.stream().mapToInt(counter::count).sum()));
    }
    return new Tail(counted, complete, 1);
  }

  static List<Memory> facts(Random random, String prefix, int most) {
    List<Memory> facts = new ArrayList<>();
    for (int i = random.nextInt(most); i > 0; i--) {
      String text = random.nextInt(5) == 0 ? "the same" : "fact " + text(random, 15);
      facts.add(
          Memory.newBuilder()
              .setId(prefix + i)
              .setKind(Kind.KIND_FACT)
              .setKey(text)
              .setValue(text)
              .build());
    }
    return facts;
  }

  static List<Memory> ranked(Random random, List<Memory> session, List<Memory> pinned) {
    List<Memory> ranked = new ArrayList<>(facts(random, "r", 30));
    ranked.addAll(session);
    ranked.addAll(pinned);
    Collections.shuffle(ranked, random);
    return ranked;
  }

  private static String text(Random random, int mostWords) {
    StringBuilder text = new StringBuilder("t");
    for (int i = random.nextInt(mostWords); i >= 0; i--) {
      text.append(random.nextBoolean() ? " " : "").append(WORDS.get(random.nextInt(WORDS.size())));
    }
    return text.toString();
  }
}
