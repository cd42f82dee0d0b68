package io.mnestic.orchestrator.document;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ReadersTest {
  @Test
  void markdownIsReadInBlocksUnderItsHeadings() {
    String text =
        """
        # Tea

        It is *green*.

        ## Brewing
        - three minutes
        - eighty degrees

        ```
        boil()
        ```

        # Coffee
        Black.
        """;
    Parsed parsed = new MarkdownReader().read(text.getBytes(UTF_8));
    assertThat(parsed.title()).isEqualTo("Tea");
    assertThat(parsed.blocks())
        .extracting(Block::section, Block::text)
        .containsExactly(
            tuple(List.of("Tea"), "It is *green*."),
            tuple(List.of("Tea", "Brewing"), "- three minutes"),
            tuple(List.of("Tea", "Brewing"), "- eighty degrees"),
            tuple(List.of("Tea", "Brewing"), "```\nboil()\n```"),
            tuple(List.of("Coffee"), "Black."));
    requireVerbatim(parsed);
  }

  @Test
  void htmlIsReadInBlocksUnderItsHeadingsWithoutWhatIsNotShown() {
    String text =
        "<!doctype html><html><head><title>Drinks</title><style>p{}</style></head><body>"
            + "<nav>Home</nav><h1>Tea</h1><p>It is <b>green</b>.</p><h2>Brewing</h2>"
            + "<ul><li>three minutes<li>eighty degrees</ul><script>x()</script>"
            + "<table><tr><td>a</td><td>b</td></tr></table><pre>one\n  two</pre></body></html>";
    Parsed parsed = new HtmlReader().read(text.getBytes(UTF_8));
    assertThat(parsed.title()).isEqualTo("Drinks");
    assertThat(parsed.blocks())
        .extracting(Block::section, Block::text)
        .containsExactly(
            tuple(List.of("Tea"), "It is green."),
            tuple(List.of("Tea", "Brewing"), "three minutes"),
            tuple(List.of("Tea", "Brewing"), "eighty degrees"),
            tuple(List.of("Tea", "Brewing"), "a | b"),
            tuple(List.of("Tea", "Brewing"), "one\n  two"));
    Block first = parsed.blocks().getFirst();
    assertThat(text.substring(first.start(), first.end())).isEqualTo("It is <b>green</b>.");
  }

  @Test
  void plainTextIsReadInParagraphs() {
    Parsed parsed = new TextReader().read("one\ntwo\r\n\r\n \n three \n\n\n".getBytes(UTF_8));
    assertThat(parsed.blocks()).extracting(Block::text).containsExactly("one\ntwo", "three");
    requireVerbatim(parsed);
  }

  @Test
  void textIsDecodedByItsMarkAndItsDeclaration() {
    assertThat(Characters.of("\ufefftea".getBytes(UTF_8))).isEqualTo("tea");
    assertThat(Characters.of("\ufefftea".getBytes(UTF_16LE))).isEqualTo("tea");
    assertThat(
            Characters.ofHtml(
                "<meta charset=\"iso-8859-1\">thé".getBytes(StandardCharsets.ISO_8859_1)))
        .endsWith("thé");
    assertThatThrownBy(() -> Characters.of("thé".getBytes(StandardCharsets.ISO_8859_1)))
        .hasMessageContaining("not text in UTF-8");
    assertThatThrownBy(() -> Characters.ofHtml("<meta charset=klingon>".getBytes(UTF_8)))
        .hasMessageContaining("not known");
  }

  @Test
  void chunksAreShortAndHoldAllOfTheText() {
    long seed = Long.getLong("mnestic.seed", 7L);
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(40); i >= 0; i--) {
        text.append(random.nextInt(12) == 0 ? "\n# Part " + i + "\n\n" : "");
        text.append(
            "word𝄞 ".repeat(1 + random.nextInt(random.nextInt(10) == 0 ? 900 : 60)).strip());
        text.append(random.nextInt(3) == 0 ? "." : ".\n\n");
      }
      Parsed parsed = new MarkdownReader().read(text.toString().getBytes(UTF_8));
      List<Chunk> chunks = Chunker.chunks(parsed);
      int end = 0;
      StringBuilder held = new StringBuilder();
      for (Chunk chunk : chunks) {
        assertThat(chunk.text()).as("seed %d, round %d", seed, round).isNotBlank();
        assertThat(chunk.text().length()).isLessThanOrEqualTo(Chunker.MOST_CHARS + 200);
        assertThat(parsed.text().substring(chunk.start(), chunk.end())).isEqualTo(chunk.text());
        assertThat(chunk.start()).isGreaterThanOrEqualTo(end);
        end = chunk.end();
        held.append(chunk.text());
      }
      assertThat(held.toString().replaceAll("\\s", ""))
          .as("seed %d, round %d", seed, round)
          .isEqualTo(text.toString().replaceAll("(?m)^# Part.*$", "").replaceAll("\\s", ""));
    }
  }

  @Test
  void placesAreCountedInCodePoints() {
    CodePoints points = new CodePoints("a𝄞b𝄞");
    assertThat(List.of(points.at(1), points.at(3), points.at(6), points.at(1)))
        .containsExactly(1, 2, 4, 1);
  }

  private static void requireVerbatim(Parsed parsed) {
    for (Block block : parsed.blocks()) {
      assertThat(parsed.text().substring(block.start(), block.end())).isEqualTo(block.text());
    }
  }
}
