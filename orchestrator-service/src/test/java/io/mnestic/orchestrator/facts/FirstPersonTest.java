package io.mnestic.orchestrator.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FirstPersonTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Hi there, my name is Nora Quist.|is called|Nora Quist",
        "Just call me Bea, everybody does.|is called|Bea",
        "I'm 34 years old and counting|is of age|34",
        "I just turned 40 last week!|is of age|40",
        "I live in Porto, close to the river.|lives in|Porto",
        "I've moved to San Francisco for work|lives in|San Francisco",
        "I am currently living in The Hague with my wife|lives in|The Hague",
        "I'm originally from Ghana|is from|Ghana",
        "My birthday is on June 9th.|was born on|June 9th",
        "I was born on 3 March 1990|was born on|3 March 1990",
        "I work as a nurse at night|works as|a nurse at night",
        "I work for a small bakery now.|works at|a small bakery",
        "I'm studying marine biology|studies|marine biology",
        "I'm divorced.|is|divorced",
        "I'm a vegetarian|eats|vegetarian",
        "My favorite color is dark green.|has as favorite color|dark green",
        "my dog's name is Rex|has a dog called|Rex",
        "My sister is called Ines|has a sister called|Ines",
        "I'm allergic to peanuts and cats|is allergic to|peanuts",
        "I speak Dutch at home|speaks|Dutch",
        "I play the cello in a quartet|plays|the cello in a quartet",
        "I have two little kids|has|two little kids",
        "I really love hiking in the rain|likes|hiking in the rain",
        "I'm a big fan of jazz.|likes|jazz",
        "I can't stand cilantro|dislikes|cilantro",
        "I don't like crowded places|dislikes|crowded places",
        "我叫小明。|名叫|小明",
        "我今年三十岁了。|年龄是|三十",
        "我住在上海。|住在|上海",
        "我在一家医院工作。|工作于|一家医院",
        "我对花生过敏。|过敏于|花生",
        "我非常喜欢爬山。|喜欢|爬山",
        "我不喜欢香菜。|不喜欢|香菜",
        "我最喜欢的颜色是蓝色。|最喜欢的颜色是|蓝色"
      })
  void whatSomebodySaysOfHimselfIsFound(String text, String relation, String object) {
    assertThat(FirstPerson.read(text))
        .extracting(Statement::relation, Statement::object)
        .contains(tuple(relation, object));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Do I live in Porto?",
        "If I live in Porto, I will swim daily.",
        "I wish I lived in Porto and I like tea",
        "She said \"I live in Porto\".",
        "I like it",
        "I love that you came!",
        "I'd like a coffee",
        "You live in Porto",
        "I don't live in Porto",
        "I have an idea for the weekend",
        "I like what you did",
        "如果我住在上海就好了。",
        "我喜欢你。",
        "Thanks, that sounds good."
      })
  void whatIsAskedSupposedQuotedOrPointsElsewhereIsNot(String text) {
    assertThat(FirstPerson.read(text)).isEmpty();
  }

  @Test
  void anEndIsSaidToo() {
    assertThat(FirstPerson.read("I used to live in Porto"))
        .singleElement()
        .matches(Statement::ended)
        .matches(statement -> statement.slot().equals("lives in"));
  }

  @Test
  void opposites() {
    Statement likes = FirstPerson.read("I love the opera.").getFirst();
    Statement dislikes = FirstPerson.read("I hate opera.").getFirst();
    assertThat(likes.slot()).isEqualTo(dislikes.slot());
    assertThat(FactMemory.digest(likes)).isNotEqualTo(FactMemory.digest(dislikes));
    assertThat(FactMemory.digest(likes))
        .isEqualTo(FactMemory.digest(FirstPerson.read("I like Opera!").getFirst()));
  }

  @Test
  void ofTwoStatementsOfOneSlotTheLastCounts() {
    assertThat(FirstPerson.read("I lived it up. I live in Rome. No, wait: I live in Milan."))
        .extracting(Statement::object)
        .isEqualTo(List.of("Milan"));
  }

  @Test
  void sinceWhenIsRead() {
    assertThat(FirstPerson.read("I live in Lisbon since May 2021.").getFirst().since())
        .isEqualTo(Instant.parse("2021-05-01T00:00:00Z"));
    assertThat(FirstPerson.read("I moved to Lisbon in 2019").getFirst().since())
        .isEqualTo(Instant.parse("2019-01-01T00:00:00Z"));
    assertThat(FirstPerson.read("I live in Lisbon").getFirst().since()).isNull();
  }
}
