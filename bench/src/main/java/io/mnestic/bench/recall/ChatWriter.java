package io.mnestic.bench.recall;

import io.mnestic.memory.v1.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Writes one long chat of a user and an assistant: in each session two requests with long answers.
 * Things that the user tells in passing stand in the middle of some requests, and some paragraphs
 * of answers can be asked for. The same seed writes the same chat.
 */
final class ChatWriter {
  private static final int SESSIONS = 36;
  private static final int EXCHANGES = 2;
  private static final int PARAGRAPHS = 6;
  private static final int DEEPER = 4;
  private static final int ONE_TURN = 4;
  private static final int SEVERAL_TURNS = 1;
  private static final int LONG_ANSWER = 6;
  private static final Instant BEGIN = Instant.parse("2024-01-08T18:00:00Z");

  private final ChatTexts texts;
  private final Random random;
  private final List<Conversation.Session> sessions = new ArrayList<>();
  private final List<Conversation.Question> questions = new ArrayList<>();
  private final Map<ChatTexts.Fact, Set<TurnId>> told = new HashMap<>();

  private ChatWriter(ChatTexts texts, long seed) {
    this.texts = texts;
    this.random = new Random(seed);
  }

  static Conversation write(ChatTexts texts, long seed) {
    return new ChatWriter(texts, seed).write("chat-" + seed);
  }

  private Conversation write(String name) {
    List<Subject> subjects = new ArrayList<>();
    for (ChatTexts.Topic topic : texts.topics()) {
      texts
          .slots()
          .getOrDefault(topic.about(), List.of())
          .forEach(value -> subjects.add(new Subject(topic, value)));
    }
    Collections.shuffle(subjects, random);
    Map<Integer, Telling> tellings = tellings();
    for (int session = 0; session < SESSIONS; session++) {
      write(session, subjects.get(session), tellings);
    }
    for (ChatTexts.Fact fact : texts.facts()) {
      Set<TurnId> evidence = told.getOrDefault(fact, Set.of());
      if (!evidence.isEmpty()) {
        int category = evidence.size() == 1 ? ONE_TURN : SEVERAL_TURNS;
        questions.add(new Conversation.Question(fact.ask(), category, evidence));
      }
    }
    return new Conversation(name, sessions, questions);
  }

  /** What is told in which exchange. */
  private Map<Integer, Telling> tellings() {
    List<Integer> places = new ArrayList<>();
    for (int place = 0; place < SESSIONS * EXCHANGES; place++) {
      places.add(place);
    }
    Collections.shuffle(places, random);
    Map<Integer, Telling> tellings = new HashMap<>();
    for (ChatTexts.Fact fact : texts.facts()) {
      Set<String> used = new LinkedHashSet<>();
      for (String say : fact.say()) {
        // Told again, a fact has changed.
        String said = filled(say, texts.factSlots(), Map.of(), used);
        tellings.put(places.get(tellings.size()), new Telling(fact, said));
      }
    }
    return tellings;
  }

  private void write(int session, Subject subject, Map<Integer, Telling> tellings) {
    List<Conversation.Turn> turns = new ArrayList<>();
    Map<String, String> about = Map.of(subject.topic().about(), subject.value());
    for (int exchange = 0; exchange < EXCHANGES; exchange++) {
      String request =
          exchange == 0 ? filled(any(subject.topic().ask()), about) : any(texts.follow());
      TurnId id = new TurnId(session + 1, turns.size() + 1);
      Telling telling = tellings.get(session * EXCHANGES + exchange);
      if (telling != null) {
        told.computeIfAbsent(telling.fact(), fact -> new LinkedHashSet<>()).add(id);
        String both =
            any(texts.leads()).replace("{fact}", telling.said()).replace("{ask}", request);
        request = Character.toUpperCase(both.charAt(0)) + both.substring(1);
      }
      turns.add(new Conversation.Turn(id, Role.ROLE_USER, "", request));
      TurnId answered = new TurnId(session + 1, turns.size() + 1);
      String answer = exchange == 0 ? answer(subject, about, answered) : deeper();
      turns.add(new Conversation.Turn(answered, Role.ROLE_ASSISTANT, "", answer));
    }
    sessions.add(
        new Conversation.Session(session + 1, BEGIN.plus(Duration.ofDays(2L * session)), turns));
  }

  private String answer(Subject subject, Map<String, String> about, TurnId id) {
    List<ChatTexts.Item> items = new ArrayList<>(subject.topic().items());
    Collections.shuffle(items, random);
    StringBuilder answer = new StringBuilder(any(texts.opening()));
    int number = 1;
    for (ChatTexts.Item item : items.subList(0, Math.min(PARAGRAPHS, items.size()))) {
      String say = filled(item.say(), texts.slots(), about, new LinkedHashSet<>());
      answer.append("\n\n").append(number++).append(". ").append(say);
      if (!item.ask().isEmpty() && random.nextBoolean()) {
        questions.add(
            new Conversation.Question(filled(item.ask(), about), LONG_ANSWER, Set.of(id)));
      }
    }
    return answer.append("\n\n").append(any(texts.closing())).toString();
  }

  private String deeper() {
    List<String> all = new ArrayList<>(texts.deeper());
    Collections.shuffle(all, random);
    return String.join("\n\n", all.subList(0, DEEPER));
  }

  private static String filled(String text, Map<String, String> values) {
    String filled = text;
    for (Map.Entry<String, String> value : values.entrySet()) {
      filled = filled.replace("{" + value.getKey() + "}", value.getValue());
    }
    return filled;
  }

  /** With the given values, and any of the others that was not used. */
  private String filled(
      String text, Map<String, List<String>> slots, Map<String, String> given, Set<String> used) {
    String filled = filled(text, given);
    for (Map.Entry<String, List<String>> slot : slots.entrySet()) {
      String name = "{" + slot.getKey() + "}";
      if (filled.contains(name)) {
        List<String> left = new ArrayList<>(slot.getValue());
        left.removeAll(used);
        String value = any(left);
        used.add(value);
        filled = filled.replace(name, value);
      }
    }
    return filled;
  }

  private <T> T any(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** A topic with the value that it is about. */
  private record Subject(ChatTexts.Topic topic, String value) {}

  /** A fact as it is told. */
  private record Telling(ChatTexts.Fact fact, String said) {}
}
