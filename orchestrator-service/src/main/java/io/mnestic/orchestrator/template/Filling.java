package io.mnestic.orchestrator.template;

import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Role;
import io.mnestic.orchestrator.v1.ExampleChoice;
import io.mnestic.orchestrator.v1.Message;
import io.mnestic.orchestrator.v1.PromptTemplate;
import io.mnestic.orchestrator.v1.TemplateMessage;
import io.mnestic.orchestrator.v1.TemplateVariable;
import io.mnestic.orchestrator.v1.VariableType;
import io.mnestic.wire.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A template that was read and found sound. */
final class Filling {
  private static final String KEY = "key";
  private static final String VALUE = "value";

  private final PromptTemplate template;
  private final List<SlotText> contents = new ArrayList<>();
  private final SlotText input;
  private final SlotText output;
  private final Tags tags;

  /**
   * Reads a template.
   *
   * @throws Refusal INVALID_FIELD that names what is wrong with it
   */
  Filling(PromptTemplate template) {
    this.template = template;
    for (int i = 0; i < template.getMessagesCount(); i++) {
      contents.add(
          SlotText.parse(
              template.getMessages(i).getContent(), "template.messages[" + i + "].content"));
    }
    ExampleChoice examples = template.getExamples();
    this.input = exampleText(examples.getInput(), "{{" + KEY + "}}", "input");
    this.output = exampleText(examples.getOutput(), "{{" + VALUE + "}}", "output");
    List<String> literals = new ArrayList<>();
    contents.forEach(content -> literals.addAll(content.literals()));
    literals.addAll(input.literals());
    literals.addAll(output.literals());
    this.tags = Tags.in(literals);
    requireVariables();
    requireExamples();
    requireLabels();
    AnswerPattern.of(template);
  }

  /**
   * Reads a template to see whether it can be.
   *
   * @throws Refusal INVALID_FIELD that names what is wrong with it
   */
  static void requireSound(PromptTemplate template) {
    var _ = new Filling(template);
  }

  /** The messages with a text in each slot, not counted yet. */
  List<Message.Builder> fill(Map<String, String> values) {
    Map<String, String> safe = new HashMap<>();
    values.forEach((name, value) -> safe.put(name, tags.neutralise(value)));
    List<Message.Builder> messages = new ArrayList<>();
    for (int i = 0; i < contents.size(); i++) {
      messages.add(
          Message.newBuilder()
              .setRole(role(template.getMessages(i)))
              .setContent(contents.get(i).fill(safe)));
    }
    return messages;
  }

  /** An example's two messages, not counted yet. */
  List<Message.Builder> example(Memory memory) {
    Map<String, String> values =
        Map.of(
            KEY,
            tags.neutralise(memory.getKey()),
            VALUE,
            tags.neutralise(
                template.getLabelsMap().getOrDefault(memory.getValue(), memory.getValue())));
    return List.of(
        Message.newBuilder().setRole(Role.ROLE_USER).setContent(input.fill(values)),
        Message.newBuilder().setRole(Role.ROLE_ASSISTANT).setContent(output.fill(values)));
  }

  private static SlotText exampleText(String given, String usual, String name) {
    String field = "template.examples." + name;
    SlotText text = SlotText.parse(given.isEmpty() ? usual : given, field);
    for (String slot : text.slots()) {
      if (!slot.equals(KEY) && !slot.equals(VALUE)) {
        throw Variables.invalid(
            field, field + ": an example has the slots key and value, not '" + slot + "'");
      }
    }
    return text;
  }

  private void requireVariables() {
    Set<String> used = new HashSet<>();
    Set<String> declared = new HashSet<>();
    template.getVariablesList().forEach(variable -> declared.add(variable.getName()));
    for (int i = 0; i < contents.size(); i++) {
      for (String slot : contents.get(i).slots()) {
        if (!declared.contains(slot)) {
          throw Variables.invalid(
              "template.messages[" + i + "].content",
              "slot '" + slot + "' has no variable: declare it in variables");
        }
        used.add(slot);
      }
    }
    for (int i = 0; i < template.getVariablesCount(); i++) {
      TemplateVariable variable = template.getVariables(i);
      String field = "template.variables[" + i + "]";
      boolean asked =
          template.hasExamples()
              && template.getExamples().getQueryVariable().equals(variable.getName());
      if (!used.contains(variable.getName()) && !asked) {
        throw Variables.invalid(
            field + ".name", "variable '" + variable.getName() + "' stands in no message");
      }
      if (variable.hasDefaultValue()) {
        Variables.text(variable, variable.getDefaultValue(), field + ".default_value");
      }
    }
  }

  private void requireExamples() {
    if (!template.hasExamples()) {
      return;
    }
    String query = template.getExamples().getQueryVariable();
    boolean isText =
        template.getVariablesList().stream()
            .filter(variable -> variable.getName().equals(query))
            .anyMatch(variable ->
                variable.getType() == VariableType.VARIABLE_TYPE_TEXT
                    || variable.getType() == VariableType.VARIABLE_TYPE_CHOICE);
    if (!isText) {
      throw Variables.invalid(
          "template.examples.query_variable",
          "query_variable must name a variable of type TEXT or CHOICE");
    }
    if (role(template.getMessagesList().getLast()) != Role.ROLE_USER) {
      throw Variables.invalid(
          "template.messages[" + (template.getMessagesCount() - 1) + "].role",
          "examples stand before the last message, which must be of role USER");
    }
  }

  private void requireLabels() {
    Set<String> said = new HashSet<>();
    template
        .getLabelsMap()
        .forEach((label, text) -> {
          if (!said.add(text.strip().toLowerCase(Locale.ROOT))) {
            throw Variables.invalid(
                "template.labels[\"" + label + "\"]",
                "'" + text + "' is said for two labels, so no answer could tell which");
          }
        });
  }

  private static Role role(TemplateMessage message) {
    return message.getRole() == Role.ROLE_UNSPECIFIED ? Role.ROLE_USER : message.getRole();
  }
}
