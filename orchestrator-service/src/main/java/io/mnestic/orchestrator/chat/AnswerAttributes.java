package io.mnestic.orchestrator.chat;

import io.mnestic.memory.v1.AttributeValue;
import io.mnestic.memory.v1.Memory;
import io.mnestic.orchestrator.v1.ChatAnswer;
import io.mnestic.orchestrator.v1.ChatRequest;
import io.mnestic.orchestrator.v1.Citation;
import io.mnestic.orchestrator.v1.FinishReason;
import java.util.HashMap;
import java.util.Map;

/**
 * What an answer's turn says of itself in its attributes: which model gave it, on which memories it
 * rests, and what it was asked, as a digest.
 */
final class AnswerAttributes {
  private static final String DIGEST = "chat.request";
  private static final String MODEL = "chat.model";
  private static final String FINISH = "chat.finish";
  private static final String PROMPT_TOKENS = "chat.prompt_tokens";
  private static final String ANSWER_TOKENS = "chat.answer_tokens";

  /** The memories cited, with a number from 1 after it. */
  private static final String CITES = "chat.cites.";

  private static final int MOST_MODEL_CHARS = 1024;

  private AnswerAttributes() {}

  static Map<String, AttributeValue> of(ChatRequest request, ChatAnswer.Builder answer) {
    String model = answer.getModel();
    Map<String, AttributeValue> attributes = new HashMap<>();
    attributes.put(DIGEST, text(digest(request)));
    attributes.put(MODEL, text(model.substring(0, Math.min(model.length(), MOST_MODEL_CHARS))));
    attributes.put(FINISH, text(answer.getFinishReason().name()));
    attributes.put(PROMPT_TOKENS, number(answer.getPromptTokens()));
    attributes.put(ANSWER_TOKENS, number(answer.getAnswerTokens()));
    for (int i = 0; i < answer.getCitationsCount(); i++) {
      attributes.put(CITES + (i + 1), text(answer.getCitations(i).getMemoryId()));
    }
    return attributes;
  }

  static ChatAnswer.Builder read(Memory turn) {
    Map<String, AttributeValue> attributes = turn.getAttributesMap();
    AttributeValue none = AttributeValue.getDefaultInstance();
    ChatAnswer.Builder answer =
        ChatAnswer.newBuilder()
            .setModel(attributes.getOrDefault(MODEL, none).getText())
            .setFinishReason(finish(attributes.getOrDefault(FINISH, none).getText()))
            .setPromptTokens((long) attributes.getOrDefault(PROMPT_TOKENS, none).getNumber())
            .setAnswerTokens((long) attributes.getOrDefault(ANSWER_TOKENS, none).getNumber());
    for (int i = 1; attributes.containsKey(CITES + i); i++) {
      answer.addCitations(
          Citation.newBuilder().setMemoryId(attributes.getOrDefault(CITES + i, none).getText()));
    }
    return answer;
  }

  /** What was asked; which revision it had to see does not make it another question. */
  static String digest(ChatRequest request) {
    return Digest.of(request.toBuilder().clearMinRevision().build().toByteArray());
  }

  static String digest(Memory turn) {
    return turn.getAttributesMap()
        .getOrDefault(DIGEST, AttributeValue.getDefaultInstance())
        .getText();
  }

  private static FinishReason finish(String name) {
    for (FinishReason reason : FinishReason.values()) {
      if (reason.name().equals(name)) {
        return reason;
      }
    }
    return FinishReason.FINISH_REASON_UNSPECIFIED;
  }

  private static AttributeValue text(String value) {
    return AttributeValue.newBuilder().setText(value).build();
  }

  private static AttributeValue number(long value) {
    return AttributeValue.newBuilder().setNumber((double) value).build();
  }
}
