package io.mnestic.orchestrator.tokens;

import io.mnestic.memory.v1.Attachment;
import io.mnestic.memory.v1.ToolCall;
import java.util.ArrayList;
import java.util.List;

/**
 * What a message costs without the chat format's overhead: its content, its name, and each tool
 * call's name and arguments. Ids of calls are not counted: chat formats do not show them to models.
 */
public final class MessageTokens {
  private MessageTokens() {}

  /** The texts whose counts add up to a message's cost. */
  public static List<String> texts(String content, String name, List<ToolCall> calls) {
    List<String> texts = new ArrayList<>();
    texts.add(content);
    if (!name.isEmpty()) {
      texts.add(name);
    }
    for (ToolCall call : calls) {
      texts.add(call.getName());
      texts.add(call.getArguments());
    }
    return texts;
  }

  /** What attachments cost, as the caller declared it. */
  public static int declared(List<Attachment> attachments) {
    return attachments.stream().mapToInt(Attachment::getTokens).sum();
  }
}
