package io.mnestic.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.tuple;

import io.mnestic.encoder.v1.CountTokensRequest;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.Encoding;
import io.mnestic.encoder.v1.InputType;
import io.mnestic.encoder.v1.ListModelsRequest;
import io.mnestic.encoder.v1.ListModelsResponse;
import io.mnestic.encoder.v1.Model;
import io.mnestic.encoder.v1.Overflow;
import io.mnestic.encoder.v1.Passage;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the service says about its models, its tokens and the texts that are too long for them. */
@TestInstance(Lifecycle.PER_CLASS)
class EncodeIT {
  private RunningEncoder encoder;

  @BeforeAll
  void start() {
    encoder = RunningEncoder.start();
  }

  @AfterAll
  void stop() {
    encoder.close();
  }

  @Test
  void listsTheModelsAndTokenizers() {
    ListModelsResponse response = encoder.stub().listModels(ListModelsRequest.getDefaultInstance());
    assertThat(response.getModelsList())
        .extracting(
            Model::getName,
            Model::getDimensions,
            Model::getMaxTokens,
            Model::getPooling,
            Model::getQueryPrompt)
        .containsExactlyElementsOf(
            Stream.of(PublishedModel.values())
                .map(model ->
                    tuple(
                        model.id,
                        model.dimensions,
                        model.maxTokens,
                        model.pooling,
                        model.queryPrompt))
                .toList());
    assertThat(response.getModelsList())
        .extracting(Model::getIsDefault)
        .containsExactly(true, false, false);
    assertThat(response.getModels(0).getLoaded()).isTrue();
    assertThat(response.getModels(0).getDevice()).isEqualTo("cpu");
    assertThat(response.getTokenizersList())
        .containsExactly(
            "o200k_base",
            "cl100k_base",
            "bge-small-en-v1.5",
            "all-MiniLM-L6-v2",
            "bge-small-zh-v1.5");
  }

  @Test
  void namesTheModelAndPromptThatItUsed() {
    EncodeResponse query =
        encoder
            .stub()
            .encode(
                EncodeRequest.newBuilder()
                    .addTexts("where?")
                    .setInputType(InputType.INPUT_TYPE_QUERY)
                    .build());
    assertThat(query.getModel()).isEqualTo("bge-small-en-v1.5");
    assertThat(query.getModelRevision()).isEqualTo("828e1496d7fabb79");
    assertThat(query.getDimensions()).isEqualTo(384);
    assertThat(query.getPrompt())
        .isEqualTo("Represent this sentence for searching relevant passages: ");
    assertThat(encode("where?", Overflow.OVERFLOW_TRUNCATE).getPrompt()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"bge-small-en-v1.5,512", "all-MiniLM-L6-v2,256", "bge-small-zh-v1.5,512"})
  void saysWhatItCutOff(String model, int limit) {
    String fits = "river ".repeat(limit - 2).strip();
    Encoding whole = encode(model, fits, Overflow.OVERFLOW_TRUNCATE);
    assertThat(whole.getTokensUsed()).isEqualTo(count(model, fits) + 2);
    assertThat(whole.getTokensDropped()).isEqualTo(Math.max(0, count(model, fits) + 2 - limit));

    String over = "我".repeat(limit - 2) + "们去河边";
    Encoding cut = encode(model, over, Overflow.OVERFLOW_TRUNCATE);
    assertThat(cut.getTokensUsed()).isEqualTo(limit);
    assertThat(cut.getTokensDropped()).isEqualTo(4);
    assertThat(cut.getPassagesList()).hasSize(1);
    assertThat(cut.getPassages(0).getEndChar()).isEqualTo(limit - 2);
    assertThat(cut.getPassages(0).getVectorList())
        .isEqualTo(
            encode(model, "我".repeat(limit - 2), Overflow.OVERFLOW_TRUNCATE)
                .getPassages(0)
                .getVectorList());
  }

  @Test
  void miniLmReadsMoreThanTheTokensItsFileCutsAt() {
    String start = "river ".repeat(126);
    Encoding shorter = encode("all-MiniLM-L6-v2", start, Overflow.OVERFLOW_TRUNCATE);
    Encoding longer =
        encode("all-MiniLM-L6-v2", start + "where the boat lay", Overflow.OVERFLOW_TRUNCATE);
    assertThat(shorter.getTokensUsed()).isEqualTo(128);
    assertThat(longer.getTokensUsed()).isEqualTo(132);
    assertThat(longer.getPassages(0).getVectorList())
        .isNotEqualTo(shorter.getPassages(0).getVectorList());
  }

  @Test
  void passagesCoverTheWholeText() {
    String text = "  我们😀在 the café 👨‍👩‍👧 met, then left. ".repeat(150);
    int characters = text.codePointCount(0, text.length());
    Encoding encoding = encode("bge-small-en-v1.5", text, Overflow.OVERFLOW_PASSAGES);
    List<Passage> passages = encoding.getPassagesList();
    assertThat(passages).hasSizeGreaterThan(2);
    assertThat(encoding.getTokensDropped()).isZero();
    assertThat(passages.getFirst().getStartChar()).isZero();
    assertThat(passages.getLast().getEndChar()).isEqualTo(characters);
    for (int i = 1; i < passages.size(); i++) {
      assertThat(passages.get(i).getStartChar())
          .isGreaterThan(passages.get(i - 1).getStartChar())
          .isLessThan(passages.get(i - 1).getEndChar());
    }
    int tokens = count("bge-small-en-v1.5", text);
    assertThat(encoding.getTokensUsed()).isGreaterThan(tokens + tokens / 10);
  }

  @Test
  void aPassageIsEncodedAsItsTextAlone() {
    String text = "The 🧠 remembers. ".repeat(200);
    Encoding encoding = encode("bge-small-en-v1.5", text, Overflow.OVERFLOW_PASSAGES);
    Passage second = encoding.getPassages(1);
    String part =
        text.substring(
            text.offsetByCodePoints(0, second.getStartChar()),
            text.offsetByCodePoints(0, second.getEndChar()));
    Passage alone = encode("bge-small-en-v1.5", part, Overflow.OVERFLOW_TRUNCATE).getPassages(0);
    for (int i = 0; i < 384; i++) {
      assertThat(second.getVector(i)).isCloseTo(alone.getVector(i), offset(1e-6f));
    }
  }

  @Test
  void aTextWithoutTokensHasAVector() {
    Encoding encoding =
        encode("bge-small-en-v1.5", "\u0001\u0002\u007f", Overflow.OVERFLOW_PASSAGES);
    assertThat(encoding.getTokensUsed()).isEqualTo(2);
    assertThat(encoding.getPassages(0).getEndChar()).isEqualTo(3);
    assertThat(encoding.getPassages(0).getVectorList()).allMatch(Float::isFinite);
  }

  @Test
  void aMebibyteIsCutToo() {
    String text = "river bank ".repeat((1 << 20) / 11);
    Encoding encoding = encode("bge-small-en-v1.5", text, Overflow.OVERFLOW_TRUNCATE);
    assertThat(encoding.getTokensUsed()).isEqualTo(512);
    assertThat(encoding.getTokensDropped()).isEqualTo(2 * ((1 << 20) / 11) - 510);
  }

  @Test
  void specialTokensInATextArePlainText() {
    assertThat(count("bge-small-en-v1.5", "[SEP]")).isEqualTo(3);
    assertThat(count("o200k_base", "<|endoftext|>")).isGreaterThan(1);
    assertThat(count("cl100k_base", "<|endoftext|>")).isGreaterThan(1);
  }

  @ParameterizedTest
  @CsvSource({
    "o200k_base,hello world,2",
    "cl100k_base,hello world,2",
    "bge-small-en-v1.5,hello world,2",
    "bge-small-zh-v1.5,你好世界,4",
    "all-MiniLM-L6-v2,embeddings,4",
    "'',hello world,2"
  })
  void countsTokens(String tokenizer, String text, int tokens) {
    assertThat(count(tokenizer, text)).isEqualTo(tokens);
    assertThat(count(tokenizer, "")).isZero();
  }

  private int count(String tokenizer, String text) {
    return encoder
        .stub()
        .countTokens(CountTokensRequest.newBuilder().setTokenizer(tokenizer).addTexts(text).build())
        .getCounts(0);
  }

  private Encoding encode(String model, String text, Overflow overflow) {
    return encoder
        .stub()
        .encode(
            EncodeRequest.newBuilder().setModel(model).addTexts(text).setOverflow(overflow).build())
        .getEncodings(0);
  }

  private EncodeResponse encode(String text, Overflow overflow) {
    return encoder
        .stub()
        .encode(EncodeRequest.newBuilder().addTexts(text).setOverflow(overflow).build());
  }
}
