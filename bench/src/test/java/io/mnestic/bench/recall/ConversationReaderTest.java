package io.mnestic.bench.recall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mnestic.bench.report.BadInput;
import io.mnestic.memory.v1.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConversationReaderTest {
  private static final String WELL_FORMED =
      """
      {"session_1_date_time": "1:56 pm on 8 May, 2023",
       "session_1": [
         {"speaker": "Ada", "dia_id": "D1:1", "text": "Look at this!", "blip_caption": "a red kite"},
         {"speaker": "Ben", "dia_id": "D1:2", "text": "Nice."}],
       "session_2_date_time": "12:05 am on 9 May, 2023",
       "session_2": [{"speaker": "Ada", "dia_id": "D2:1", "text": "Good night."}],
       "qa": [
         {"question": "What did Ada show?", "answer": "a kite", "evidence": ["D1:01; D2:1"], "category": 1},
         {"question": "Who slept?", "adversarial_answer": "Ben", "evidence": ["D2:1", "D9:9"], "category": 5},
         {"question": "Without evidence?", "answer": "", "evidence": [], "category": 3},
         {"question": "With evidence that is not there?", "answer": "", "evidence": ["D5:5", "D"], "category": 3}]}
      """;

  @TempDir private Path folder;

  @Test
  void theChineseConversationIsWhole() {
    Conversation chinese = new ConversationReader().readOwn("chinese");
    assertThat(chinese.questions()).hasSize(78);
    assertThat(chinese.sessions()).hasSize(12);
    assertThat(chinese.turnCount()).isEqualTo(100);
  }

  @Test
  void readsTurnsTimesAndQuestions() throws IOException {
    Files.writeString(folder.resolve("26.json"), WELL_FORMED);
    Files.writeString(folder.resolve("README.md"), "not a conversation");

    List<Conversation> all = new ConversationReader().readAll(folder);

    assertThat(all).hasSize(1);
    Conversation conversation = all.getFirst();
    assertThat(conversation.name()).isEqualTo("26");
    assertThat(conversation.turnCount()).isEqualTo(3);
    assertThat(conversation.sessions())
        .extracting(Conversation.Session::start)
        .containsExactly(
            Instant.parse("2023-05-08T13:56:00Z"), Instant.parse("2023-05-09T00:05:00Z"));
    assertThat(conversation.sessions().getFirst().turns().getFirst())
        .isEqualTo(
            new Conversation.Turn(
                new TurnId(1, 1), Role.ROLE_USER, "Ada", "Look at this! [a red kite]"));
    assertThat(conversation.questions())
        .extracting(Conversation.Question::evidence)
        .containsExactly(Set.of(new TurnId(1, 1), new TurnId(2, 1)), Set.of(new TurnId(2, 1)));
  }

  @Test
  void folderWithoutConversationsIsRefused() {
    assertThatThrownBy(() -> new ConversationReader().readAll(folder))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("no conversations");
  }

  @Test
  void missingFolderIsRefused() {
    assertThatThrownBy(() -> new ConversationReader().readAll(folder.resolve("nowhere")))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("not a folder");
  }

  @Test
  void brokenJsonIsRefusedByFile() throws IOException {
    assertRefused(WELL_FORMED.substring(0, 300), "x.json is not JSON");
  }

  @Test
  void whatIsNoConversationIsRefusedByFileAndPlace() throws IOException {
    assertRefused("[1, 2]", "there is no turn in session_1");
    assertRefused(WELL_FORMED.replace("1:56 pm on", "about noon,"), "session_1_date_time");
    assertRefused(WELL_FORMED.replace("D1:2", "two"), "session_1[1] has no dia_id");
    assertRefused(
        WELL_FORMED.replace("\"speaker\": \"Ben\", ", ""), "session_1[1] has no text in 'speaker'");
    assertRefused(WELL_FORMED.replace("\"qa\"", "\"questions\""), "qa, the list of questions");
  }

  private void assertRefused(String content, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("x.json"), content);
    assertThatThrownBy(() -> new ConversationReader().read(file))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("x.json")
        .hasMessageContaining(message);
  }
}
