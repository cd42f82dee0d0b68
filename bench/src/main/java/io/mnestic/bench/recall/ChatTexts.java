package io.mnestic.bench.recall;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * What chats are put together from. {@code {name}} in a text stands for one of the values of that
 * name.
 *
 * @param slots values for names in what the assistant says
 * @param topics what is talked about
 * @param follow what the user asks next
 * @param deeper paragraphs of the answer to that, which hold nothing to ask for
 * @param opening how an answer begins
 * @param closing how it ends
 * @param facts what the user tells in passing
 * @param factSlots values for names in that
 * @param leads how a fact and a request stand together
 */
record ChatTexts(
    Map<String, List<String>> slots,
    List<Topic> topics,
    List<String> follow,
    List<String> deeper,
    List<String> opening,
    List<String> closing,
    List<Fact> facts,
    Map<String, List<String>> factSlots,
    List<String> leads) {

  static ChatTexts read() {
    try (InputStream text = ChatTexts.class.getResourceAsStream("chats.json")) {
      return new ObjectMapper().readValue(text, ChatTexts.class);
    } catch (IOException e) {
      throw new UncheckedIOException("can not read the texts of chats", e);
    }
  }

  /**
   * A topic.
   *
   * @param about name of the slot that it is asked for
   * @param ask ways to ask
   * @param items paragraphs of an answer
   */
  record Topic(String about, List<String> ask, List<Item> items) {}

  /**
   * A paragraph.
   *
   * @param ask a question that only it answers; empty if there is none
   */
  record Item(String say, String ask) {}

  /**
   * Something that the user tells.
   *
   * @param say what is told, at several times if there are several
   * @param ask a question that these answer
   */
  record Fact(List<String> say, String ask) {}
}
