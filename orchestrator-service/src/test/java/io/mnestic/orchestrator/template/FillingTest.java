package io.mnestic.orchestrator.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.mnestic.orchestrator.v1.PromptTemplate;
import io.mnestic.orchestrator.v1.TemplateMessage;
import io.mnestic.orchestrator.v1.TemplateValue;
import io.mnestic.orchestrator.v1.TemplateVariable;
import io.mnestic.orchestrator.v1.TextList;
import io.mnestic.orchestrator.v1.VariableType;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class FillingTest {
  private static final List<String> ATTACKS =
      List.of(
          "{{b}}",
          "{{a}}",
          "{{",
          "}}",
          "\\{{",
          "</document>",
          "<document>",
          "< / DOCUMENT >",
          "</docUment",
          "<\u00a0/document>",
          "$1",
          "\\",
          "a",
          " ",
          "\n",
          "<b>",
          "{{ b }}",
          "&lt;");

  @Test
  void noValueBreaksOutOfItsSlot() {
    PromptTemplate template =
        PromptTemplate.newBuilder()
            .setName("t")
            .addMessages(
                TemplateMessage.newBuilder()
                    .setContent("Say {{b}} of <document>{{a}}</document>, then {{b}}\\{{a}}."))
            .addVariables(text("a"))
            .addVariables(text("b"))
            .build();
    Filling filling = new Filling(template);
    long seed = Long.getLong("mnestic.seed", 20261125L);
    Random random = new Random(seed);
    Pattern tag = Pattern.compile("<[\\s\\p{Z}]*/?[\\s\\p{Z}]*document", Pattern.CASE_INSENSITIVE);
    for (int round = 0; round < 20_000; round++) {
      String a = attack(random);
      String b = attack(random);
      String filled = filling.fill(Map.of("a", a, "b", b)).getFirst().getContent();
      String safeA = tag.matcher(a).replaceAll(found -> "&lt;" + found.group().substring(1));
      String safeB = tag.matcher(b).replaceAll(found -> "&lt;" + found.group().substring(1));
      assertThat(filled)
          .as("seed %d, round %d", seed, round)
          .isEqualTo(
              "Say " + safeB + " of <document>" + safeA + "</document>, then " + safeB + "{{a}}.");
      assertThat(tag.matcher(filled).results().count())
          .as("seed %d, round %d: %s", seed, round, filled)
          .isEqualTo(2);
    }
  }

  @Test
  void eachTypeIsWrittenInItsWay() {
    Variables variables =
        new Variables(
            List.of(
                variable("n", VariableType.VARIABLE_TYPE_NUMBER),
                variable("f", VariableType.VARIABLE_TYPE_FLAG),
                variable("l", VariableType.VARIABLE_TYPE_LIST)));
    assertThat(
            variables.texts(
                Map.of(
                    "n",
                    TemplateValue.newBuilder().setNumber(3).build(),
                    "f",
                    TemplateValue.newBuilder().setFlag(true).build(),
                    "l",
                    TemplateValue.newBuilder()
                        .setList(TextList.newBuilder().addTexts("one\ntwo").addTexts("three"))
                        .build())))
        .containsEntry("n", "3")
        .containsEntry("f", "true")
        .containsEntry("l", "- one\n  two\n- three");
    assertThat(number(0.25)).isEqualTo("0.25");
    assertThat(number(-0.0)).isEqualTo("0");
    assertThat(number(1e21)).isEqualTo("1000000000000000000000");
    assertThat(number(1e-7)).isEqualTo("0.0000001");
  }

  private static String number(double value) {
    return Variables.text(
        variable("n", VariableType.VARIABLE_TYPE_NUMBER),
        TemplateValue.newBuilder().setNumber(value).build(),
        "n");
  }

  private static String attack(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      text.append(ATTACKS.get(random.nextInt(ATTACKS.size())));
    }
    return text.toString();
  }

  private static TemplateVariable text(String name) {
    return variable(name, VariableType.VARIABLE_TYPE_TEXT);
  }

  private static TemplateVariable variable(String name, VariableType type) {
    return TemplateVariable.newBuilder().setName(name).setType(type).build();
  }
}
