package io.mnestic.encoder.neural.reader;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Floats;
import io.mnestic.encoder.model.TorchEngine;
import io.mnestic.encoder.v1.ReadRequest;
import io.mnestic.encoder.v1.ReadResponse;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.stream.LongStream;

/** Scores memories with a head that the caller brings. */
@Singleton
public final class ReadMemories {
  private static final int MOST_MEMORIES = 10_000;

  private final NDManager arrays;

  ReadMemories(TorchEngine engine) {
    arrays = engine.arrays();
  }

  /**
   * One score for each memory.
   *
   * @throws Refusal INVALID_FIELD if the numbers do not have the head's shapes
   */
  public ReadResponse read(ReadRequest request) {
    Head head = Head.of(request.getHead(), "head");
    int lanes = head.lanes().size();
    int memories = request.getLanesCount() / lanes;
    float[] query = head.query(request.getQueryList(), "query");
    float[] laneScores = head.laneScores(request.getLanesList(), memories, "lanes");
    float[] vectors = vectors(head, request, memories);
    if (memories == 0) {
      return ReadResponse.getDefaultInstance();
    }
    if (memories > MOST_MEMORIES) {
      throw Refusal.of(
              Reason.REASON_INVALID_FIELD,
              "lanes has %d memories: send at most %d in a call".formatted(memories, MOST_MEMORIES))
          .withField("lanes");
    }
    try (NDManager manager = arrays.newSubManager()) {
      float[] scores =
          new ReadHeadBlock(manager, head)
              .scores(
                  manager.create(query, new Shape(1, head.dimensions())),
                  manager.create(laneScores, new Shape(1, memories, lanes)),
                  manager.create(vectors, new Shape(memories, head.dimensions())),
                  manager.create(LongStream.range(0, memories).toArray(), new Shape(1, memories)))
              .toFloatArray();
      return ReadResponse.newBuilder().addAllScores(Floats.asList(scores)).build();
    }
  }

  private static float[] vectors(Head head, ReadRequest request, int memories) {
    float[] vectors = head.vectors(request.getVectorsList(), "vectors");
    if (vectors.length == 0) {
      return new float[memories * head.dimensions()];
    }
    if (vectors.length != (long) memories * head.dimensions()) {
      throw Refusal.of(
              Reason.REASON_INVALID_FIELD,
              "vectors has %d numbers, but %d memories with %d dimensions want %d"
                  .formatted(
                      vectors.length, memories, head.dimensions(), memories * head.dimensions()))
          .withField("vectors");
    }
    return vectors;
  }

  @PreDestroy
  void close() {
    arrays.close();
  }
}
