package io.mnestic.orchestrator.facts;

import io.mnestic.orchestrator.turn.Sentences;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds what somebody says of himself, by the ways in which English and Chinese say so. What is
 * asked, supposed, wished or quoted is not said. It finds less than there is: a wrong fact does
 * more harm than a missing one, for the turn itself is remembered anyway.
 */
final class FirstPerson {
  private static final String I = "\\bI(?:'ve| have| just| recently| also| really| finally)*\\s+";
  private static final String AM =
      "\\bI(?:'m|’m| am)(?: still| now| also| currently| originally)*\\s+";
  private static final String MUCH =
      "(?:\\s+(?:really|absolutely|just|also|still|truly|always|totally|do))*\\s+";
  private static final String OBJECT = "(?<object>\\S.*)";
  private static final String NAME =
      "(?<object>(?-i:\\p{Lu})[\\p{L}'’-]+(?:\\s(?-i:\\p{Lu})[\\p{L}'’-]+){0,2})";
  private static final String PLACE =
      "(?<object>(?:the\\s+)?(?-i:\\p{Lu})\\S*(?:,?\\s(?-i:\\p{Lu})\\S*)*)";
  private static final String FAMILY_OR_PETS =
      "(?:kids?|child(?:ren)?|sons?|daughters?|twins|brothers?|sisters?|siblings?|dogs?|cats?|pets?"
          + "|horses?|birds?|rabbits?)";
  private static final String LIKING = "likes or dislikes";

  private static final List<Rule> ENGLISH =
      List.of(
          Rule.one("is called", "\\bmy name(?:'s|’s| is)\\s+" + NAME),
          Rule.one("is called", "\\b(?:just |please )?call me\\s+" + NAME),
          Rule.one("is of age", AM + "(?<object>\\d{1,3}) years? old\\b"),
          Rule.one("is of age", I + "turned (?<object>\\d{1,3})\\b(?!\\s*[%$])"),
          Rule.one(
              "lives in",
              I
                  + "(?:live|moved|relocated|settled)(?: (?:back|over|out|down))? (?:in|to) "
                  + PLACE),
          Rule.one("lives in", AM + "(?:living|based) in " + PLACE),
          Rule.ended("lives in", I + "(?:used to live in|left|moved (?:away )?from) " + PLACE),
          Rule.one("is from", AM + "from " + PLACE),
          Rule.one("is from", I + "(?:come|was born and raised|grew up) (?:from|in) " + PLACE),
          Rule.one(
              "was born on",
              "\\bmy birthday(?:'s|’s| is)(?: on)?\\s+(?<object>(?:the\\s+)?\\S*\\d.*|(?-i:\\p{Lu})\\p{L}+ \\d.*)"),
          Rule.one("was born on", I + "was born on\\s+" + OBJECT),
          Rule.one("works as", I + "(?:work|got a job|started working) as\\s+" + OBJECT),
          Rule.one("works at", I + "(?:work|got a job|started working) (?:at|for)\\s+" + OBJECT),
          Rule.ended(
              "works at",
              I
                  + "(?:used to work (?:at|for)|quit my job at|no longer work (?:at|for))\\s+"
                  + OBJECT),
          Rule.one("studies", "\\bI(?:'m|’m| am)? stud(?:y|ying)\\s+" + OBJECT),
          Rule.one("is", AM + "(?<object>single|married|engaged|divorced|widowed)\\b(?! to)"),
          Rule.one("is married to", AM + "married to\\s+" + NAME),
          Rule.one("eats", AM + "(?:an?\\s+)?(?<object>vegetarian|vegan|pescatarian)\\b"),
          Rule.one(
              "has as favorite %s",
              "\\bmy favou?rite (?<of>[\\p{L} ]{2,30}?)(?:'s|’s| is| are)\\s+" + OBJECT),
          Rule.one(
              "has a %s called",
              "\\bmy (?<of>[\\p{L}-]+(?: [\\p{L}-]+)?)(?:'s|’s) name is\\s+" + NAME),
          Rule.one(
              "has a %s called",
              "\\bmy (?<of>[\\p{L}-]+(?: [\\p{L}-]+)?) is (?:called|named)\\s+" + NAME),
          Rule.several("is allergic to", AM + "allergic to\\s+" + OBJECT),
          Rule.several("speaks", I + "speak\\s+(?<object>(?-i:\\p{Lu})\\p{L}+)"),
          Rule.several("plays", I + "play\\s+" + OBJECT),
          Rule.several(
              "has",
              "\\bI(?:'ve got| have| have got)\\s+(?<object>(?:an?|one|two|three|four|five|six|\\d+)\\s(?:[\\p{L}-]+\\s){0,2}?"
                  + FAMILY_OR_PETS
                  + "\\b)"),
          Rule.opposite(
              LIKING, "likes", "\\bI" + MUCH + "(?:love|like|enjoy|adore|prefer)\\s+" + OBJECT),
          Rule.opposite(
              LIKING,
              "likes",
              AM + "(?:really |so )?(?:into|(?:a )?(?:big |huge )?fan of|fond of)\\s+" + OBJECT),
          Rule.opposite(
              LIKING,
              "dislikes",
              "\\bI"
                  + MUCH
                  + "(?:hate|dislike|can(?:'|’)?t stand|cannot stand|detest)\\s+"
                  + OBJECT),
          Rule.opposite(
              LIKING,
              "dislikes",
              "\\bI"
                  + MUCH
                  + "?(?:don(?:'|’)t|do not|no longer|never) (?:really )?(?:like|enjoy|love)\\s+"
                  + OBJECT));

  private static final List<Rule> CHINESE =
      List.of(
          Rule.one("名叫", "我(?:的名字)?(?:叫|是叫)(?:做)?(?<object>\\p{IsHan}{2,4})(?!\\p{IsHan})"),
          Rule.one("年龄是", "我(?:今年|已经)+(?<object>\\d{1,3}|[一二三四五六七八九十]{1,4})岁"),
          Rule.one(
              "住在",
              "我(?:现在|目前|还)?(?:住在|搬到了?|搬去了?|定居在)(?<object>\\p{IsHan}{2,12}?)(?:了|[，。！；,.]|$)"),
          Rule.one("是", "我是(?<object>\\p{IsHan}{2,6}人)(?!\\p{IsHan})"),
          Rule.one("生日是", "我的生日(?:是|在)(?<object>[^，。！；]{2,20})"),
          Rule.one("工作于", "我(?:现在|目前)?在(?<object>[^，。！；]{2,20}?)(?:工作|上班)"),
          Rule.one("最喜欢的%s是", "我最(?:喜欢|爱)的(?<of>\\p{IsHan}{1,8}?)是(?<object>[^，。！；]{1,20})"),
          Rule.several("过敏于", "我对(?<object>[^，。！；]{1,12}?)过敏"),
          Rule.several("会说", "我会(?:说|讲)(?<object>\\p{IsHan}{1,4}[语话文])"),
          Rule.opposite(
              "好恶", "喜欢", "我(?:很|最|特别|非常|一直|也|真的)*(?:喜欢|热爱|爱)(?!的)(?<object>[^，。！；]{1,20})"),
          Rule.opposite(
              "好恶", "不喜欢", "我(?:很|最|特别|非常|一直|也|真的)*(?:不喜欢|讨厌|不爱)(?<object>[^，。！；]{1,20})"));

  private static final Pattern NOT_SAID =
      Pattern.compile(
          "(?i)[?？]\\s*$|^\\W*(?:if|when|suppose|imagine|what if|unless|as if)\\b|\\b(?:I wish|as if I)\\b"
              + "|^(?:如果|要是|假如|假设)");
  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"|“[^”]*”|「[^」]*」");

  private FirstPerson() {}

  /** What a text says of its speaker, in order; of each slot the last. */
  static List<Statement> read(String text) {
    List<Statement> statements = new ArrayList<>();
    for (String sentence : Sentences.of(text)) {
      String said = QUOTED.matcher(sentence).replaceAll(" ");
      if (!NOT_SAID.matcher(said).find()) {
        Stream.concat(ENGLISH.stream(), CHINESE.stream())
            .map(rule -> rule.read(said))
            .flatMap(Optional::stream)
            .forEach(statement -> add(statement, statements));
      }
    }
    return statements;
  }

  private static void add(Statement statement, List<Statement> statements) {
    statements.removeIf(
        earlier -> earlier.slot().equals(statement.slot()) && earlier.ended() == statement.ended());
    statements.add(statement);
  }
}
