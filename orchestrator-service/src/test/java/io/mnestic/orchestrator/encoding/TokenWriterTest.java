package io.mnestic.orchestrator.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.mnestic.encoder.v1.Encoding;
import io.mnestic.encoder.v1.Passage;
import io.mnestic.memory.v1.TokenVectors;
import io.mnestic.orchestrator.encoding.EncodedText.Token;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TokenWriterTest {
  @Test
  void stepsTimesScaleGiveTheNumbers() {
    TokenVectors written =
        TokenWriter.write("key", List.of(new Token(7, 0, new float[] {0.6f, -0.8f, 0})));
    assertThat(written.getName()).isEqualTo("key");
    assertThat(written.getIdsList()).containsExactly(7);
    byte[] steps = written.getVectors().toByteArray();
    assertThat(steps[0] * written.getScales(0)).isCloseTo(0.6f, within(0.004f));
    assertThat(steps[1] * written.getScales(0)).isCloseTo(-0.8f, within(0.004f));
    assertThat(steps[2]).isZero();
  }

  @Test
  void neighboursOfALongTextShareAVector() {
    List<Token> tokens =
        IntStream.range(0, 2_500)
            .mapToObj(i -> new Token(i, i, i % 2 == 0 ? new float[] {1, 0} : new float[] {0, 1}))
            .toList();
    TokenVectors written = TokenWriter.write("key", tokens);
    assertThat(written.getIdsCount()).isEqualTo(834);
    assertThat(written.getScalesCount()).isEqualTo(834);
    assertThat(written.getVectors().size()).isEqualTo(2 * 834);
    assertThat(written.getIdsList()).startsWith(0, 3, 6);
  }

  @Test
  void aTokenOfTwoPassagesIsTakenOnce() {
    Encoding encoding =
        Encoding.newBuilder().addPassages(passage(0, 5)).addPassages(passage(3, 8)).build();
    EncodedText text = EncodedText.of(List.of(encoding));
    assertThat(text.tokens()).extracting(Token::start).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    assertThat(text.passages()).hasSize(2);
    assertThat(EncodedText.of(List.of(encoding, encoding)).tokens()).isEmpty();
  }

  private static Passage passage(int from, int to) {
    io.mnestic.encoder.v1.TokenVectors.Builder tokens =
        io.mnestic.encoder.v1.TokenVectors.newBuilder();
    ByteBuffer vectors = ByteBuffer.allocate((to - from) * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = from; i < to; i++) {
      tokens.addIds(i).addStarts(i);
      vectors.putFloat(1).putFloat(0);
    }
    return Passage.newBuilder()
        .setPacked(ByteString.copyFrom(new byte[8]))
        .setTokens(tokens.setPacked(ByteString.copyFrom(vectors.flip())))
        .build();
  }
}
