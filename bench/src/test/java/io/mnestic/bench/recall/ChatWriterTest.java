package io.mnestic.bench.recall;

import static org.assertj.core.api.Assertions.assertThat;

import io.mnestic.memory.v1.Role;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ChatWriterTest {
  private final ChatTexts texts = ChatTexts.read();

  @Test
  void theSameSeedWritesTheSameChatAndAnotherAnother() {
    assertThat(ChatWriter.write(texts, 7)).isEqualTo(ChatWriter.write(texts, 7));
    assertThat(ChatWriter.write(texts, 7).sessions())
        .isNotEqualTo(ChatWriter.write(texts, 8).sessions());
  }

  @Test
  void everyQuestionHasItsEvidenceWhereItWasSaid() {
    for (long seed = 0; seed < 5; seed++) {
      Conversation chat = ChatWriter.write(texts, seed);
      assertThat(chat.turnCount()).isEqualTo(144);
      assertThat(chat.questions()).hasSizeGreaterThan(50);
      Map<TurnId, Conversation.Turn> turns = new HashMap<>();
      chat.sessions()
          .forEach(session -> session.turns().forEach(turn -> turns.put(turn.id(), turn)));
      for (Conversation.Question question : chat.questions()) {
        Set<Role> roles =
            question.evidence().stream()
                .map(id -> turns.getOrDefault(id, none(id)).role())
                .collect(Collectors.toSet());
        assertThat(roles)
            .as(question.text())
            .containsExactly(question.category() == 6 ? Role.ROLE_ASSISTANT : Role.ROLE_USER);
        assertThat(question.text()).doesNotContain("{");
      }
      assertThat(turns.values()).allSatisfy(turn -> assertThat(turn.text()).doesNotContain("{"));
    }
  }

  private static Conversation.Turn none(TurnId id) {
    return new Conversation.Turn(id, Role.ROLE_UNSPECIFIED, "", "");
  }
}
