package io.mnestic.orchestrator.llm;

import com.openai.models.chat.completions.ChatCompletionAssistantMessageParam;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.chat.completions.ChatCompletionUserMessageParam;
import io.mnestic.memory.v1.ToolCall;
import io.mnestic.orchestrator.v1.Message;

/** Messages in OpenAI's form. */
final class OpenAiMessages {
  private static final int MOST_NAME_CHARS = 64;

  private OpenAiMessages() {}

  static void add(ChatCompletionCreateParams.Builder request, Message message) {
    switch (message.getRole()) {
      case ROLE_SYSTEM -> request.addSystemMessage(message.getContent());
      case ROLE_ASSISTANT -> request.addMessage(assistant(message));
      case ROLE_TOOL ->
          request.addMessage(
              ChatCompletionToolMessageParam.builder()
                  .content(message.getContent())
                  .toolCallId(message.getToolCallId())
                  .build());
      case ROLE_USER, ROLE_UNSPECIFIED, UNRECOGNIZED -> request.addMessage(user(message));
    }
  }

  private static ChatCompletionUserMessageParam user(Message message) {
    ChatCompletionUserMessageParam.Builder user =
        ChatCompletionUserMessageParam.builder().content(message.getContent());
    if (!message.getName().isEmpty()) {
      user.name(name(message.getName()));
    }
    return user.build();
  }

  private static ChatCompletionAssistantMessageParam assistant(Message message) {
    ChatCompletionAssistantMessageParam.Builder assistant =
        ChatCompletionAssistantMessageParam.builder();
    // An answer that only calls tools has no content at all: an empty one is refused by some.
    if (!message.getContent().isEmpty() || message.getToolCallsCount() == 0) {
      assistant.content(message.getContent());
    }
    if (!message.getName().isEmpty()) {
      assistant.name(name(message.getName()));
    }
    for (ToolCall call : message.getToolCallsList()) {
      assistant.addToolCall(
          ChatCompletionMessageFunctionToolCall.builder()
              .id(call.getId())
              .function(
                  ChatCompletionMessageFunctionToolCall.Function.builder()
                      .name(call.getName())
                      .arguments(call.getArguments())
                      .build())
              .build());
    }
    return assistant.build();
  }

  /** OpenAI refuses names with white space and with {@code < | \ / >}. */
  private static String name(String name) {
    String allowed = name.strip().replaceAll("[\\s\\p{Z}<|\\\\/>]+", "_");
    int end = Math.min(allowed.length(), MOST_NAME_CHARS);
    boolean splitsPair =
        end < allowed.length() && Character.isHighSurrogate(allowed.charAt(end - 1));
    return allowed.substring(0, splitsPair ? end - 1 : end);
  }
}
