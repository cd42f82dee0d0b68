package io.mnestic.orchestrator.turn;

import io.mnestic.memory.v1.Attachment;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.ToolCall;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The text of a turn. A turn that only calls tools or has attachments has no text of its own: it is
 * matched, and kept, by what it calls and attaches, and given back without text.
 */
public final class TurnText {
  private static final int MOST_ARGUMENT_CHARS = 500;
  private static final int MOST_CALLS_CHARS = 8_000;

  private TurnText() {}

  /** The text that a turn is matched by: who speaks, if that is known, and what is said. */
  public static String key(
      String speaker, String content, List<ToolCall> calls, List<Attachment> attachments) {
    String said = value(content, calls, attachments);
    return speaker.isEmpty() ? said : speaker + ": " + said;
  }

  /** The text to keep as a turn's value. */
  public static String value(String content, List<ToolCall> calls, List<Attachment> attachments) {
    boolean speechless = content.isBlank() && !(calls.isEmpty() && attachments.isEmpty());
    return speechless ? standIn(calls, attachments) : content;
  }

  /** What was said in a stored turn; empty if it only called tools or had attachments. */
  public static String content(Memory turn) {
    List<ToolCall> calls = turn.getTurn().getToolCallsList();
    List<Attachment> attachments = turn.getTurn().getAttachmentsList();
    boolean mayBeSpeechless = !(calls.isEmpty() && attachments.isEmpty());
    return mayBeSpeechless && turn.getValue().equals(standIn(calls, attachments))
        ? ""
        : turn.getValue();
  }

  private static String standIn(List<ToolCall> calls, List<Attachment> attachments) {
    return Stream.of(calls.isEmpty() ? "" : calls(calls), attachments(attachments))
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(", "));
  }

  private static String attachments(List<Attachment> attachments) {
    return attachments.stream()
        .map(it -> ("attaches " + it.getMediaType() + " " + it.getUri()).strip())
        .collect(Collectors.joining(", "));
  }

  private static String calls(List<ToolCall> calls) {
    StringBuilder text = new StringBuilder("calls ");
    for (int i = 0; i < calls.size() && text.length() < MOST_CALLS_CHARS; i++) {
      ToolCall call = calls.get(i);
      text.append(i == 0 ? "" : ", ")
          .append(call.getName())
          .append('(')
          .append(start(call.getArguments()))
          .append(')');
    }
    return text.toString();
  }

  private static String start(String arguments) {
    if (arguments.length() <= MOST_ARGUMENT_CHARS) {
      return arguments;
    }
    boolean splitsPair = Character.isHighSurrogate(arguments.charAt(MOST_ARGUMENT_CHARS - 1));
    return arguments.substring(0, MOST_ARGUMENT_CHARS - (splitsPair ? 1 : 0)) + "…";
  }
}
