package io.mnestic.orchestrator.tokens;

import io.mnestic.encoder.v1.CountTokensRequest;
import io.mnestic.encoder.v1.EncoderServiceGrpc.EncoderServiceBlockingStub;
import io.mnestic.orchestrator.turn.Pieces;
import java.util.ArrayList;
import java.util.List;

/** A tokenizer of the encoder's, asked in batches. */
final class EncoderCounter implements TokenCounter {
  private static final int MOST_TEXTS = 10_000;
  private static final long MOST_CHARS = 8L << 20;

  private final String name;
  private final EncoderServiceBlockingStub encoder;

  EncoderCounter(String name, EncoderServiceBlockingStub encoder) {
    this.name = name;
    this.encoder = encoder;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int[] count(List<String> texts) {
    int[] counts = new int[texts.size()];
    List<Integer> owners = new ArrayList<>();
    List<String> batch = new ArrayList<>();
    long chars = 0;
    for (int i = 0; i < counts.length; i++) {
      for (String piece : Pieces.of(texts.get(i))) {
        if (batch.size() == MOST_TEXTS || chars + piece.length() > MOST_CHARS) {
          addCounts(batch, owners, counts);
          chars = 0;
        }
        batch.add(piece);
        owners.add(i);
        chars += piece.length();
      }
    }
    addCounts(batch, owners, counts);
    return counts;
  }

  private void addCounts(List<String> batch, List<Integer> owners, int[] counts) {
    if (batch.isEmpty()) {
      return;
    }
    List<Integer> reply =
        encoder
            .countTokens(
                CountTokensRequest.newBuilder().setTokenizer(name).addAllTexts(batch).build())
            .getCountsList();
    for (int i = 0; i < reply.size(); i++) {
      counts[owners.get(i)] += reply.get(i);
    }
    batch.clear();
    owners.clear();
  }
}
