package io.mnestic.orchestrator.template;

import io.mnestic.error.v1.Reason;
import io.mnestic.orchestrator.v1.TemplateValue;
import io.mnestic.orchestrator.v1.TemplateVariable;
import io.mnestic.orchestrator.v1.VariableType;
import io.mnestic.wire.Refusal;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The variables of a template: what they take, and how it is written. */
final class Variables {
  private final List<TemplateVariable> variables;

  Variables(List<TemplateVariable> variables) {
    this.variables = variables;
  }

  /**
   * The text of each variable's value or default.
   *
   * @throws Refusal INVALID_FIELD that names a value which is missing, of another type, or for no
   *     variable
   */
  Map<String, String> texts(Map<String, TemplateValue> values) {
    Map<String, String> texts = new HashMap<>();
    for (TemplateVariable variable : variables) {
      String field = field(variable.getName());
      TemplateValue value = values.get(variable.getName());
      if (value == null && !variable.hasDefaultValue()) {
        throw invalid(
            field, "variable '" + variable.getName() + "' has no default: give it a value");
      }
      texts.put(
          variable.getName(),
          text(variable, value == null ? variable.getDefaultValue() : value, field));
    }
    for (String name : values.keySet()) {
      if (!texts.containsKey(name)) {
        throw invalid(
            field(name), "the template has no variable '" + name + "'; it has " + texts.keySet());
      }
    }
    return texts;
  }

  /**
   * A value as it is written into a slot.
   *
   * @throws Refusal INVALID_FIELD if the variable does not take it
   */
  static String text(TemplateVariable variable, TemplateValue value, String field) {
    VariableType type = variable.getType();
    if (value.getValueCase() != expected(type)) {
      throw invalid(
          field,
          "variable '"
              + variable.getName()
              + "' takes "
              + expected(type).name().toLowerCase(Locale.ROOT)
              + ", not "
              + value.getValueCase().name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
    if (type == VariableType.VARIABLE_TYPE_CHOICE
        && !variable.getChoicesList().contains(value.getText())) {
      throw invalid(
          field, "variable '" + variable.getName() + "' is one of " + variable.getChoicesList());
    }
    return switch (value.getValueCase()) {
      case TEXT -> value.getText();
      case NUMBER -> number(value.getNumber());
      case FLAG -> Boolean.toString(value.getFlag());
      case LIST -> list(value.getList().getTextsList());
      case VALUE_NOT_SET -> "";
    };
  }

  private static TemplateValue.ValueCase expected(VariableType type) {
    return switch (type) {
      case VARIABLE_TYPE_NUMBER -> TemplateValue.ValueCase.NUMBER;
      case VARIABLE_TYPE_FLAG -> TemplateValue.ValueCase.FLAG;
      case VARIABLE_TYPE_LIST -> TemplateValue.ValueCase.LIST;
      case VARIABLE_TYPE_TEXT, VARIABLE_TYPE_CHOICE, VARIABLE_TYPE_UNSPECIFIED, UNRECOGNIZED ->
          TemplateValue.ValueCase.TEXT;
    };
  }

  private static String number(double number) {
    BigDecimal decimal = BigDecimal.valueOf(number).stripTrailingZeros();
    return decimal.signum() == 0 ? "0" : decimal.toPlainString();
  }

  private static String list(List<String> texts) {
    return texts.stream()
        .map(text -> "- " + text.strip().replaceAll("\\R", "\n  "))
        .collect(Collectors.joining("\n"));
  }

  private static String field(String name) {
    return "values[\"" + name + "\"]";
  }

  static Refusal invalid(String field, String message) {
    return Refusal.of(Reason.REASON_INVALID_FIELD, message).withField(field);
  }
}
