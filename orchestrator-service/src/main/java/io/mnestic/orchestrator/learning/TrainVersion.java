package io.mnestic.orchestrator.learning;

import com.google.protobuf.util.Timestamps;
import io.mnestic.encoder.v1.ReadHead;
import io.mnestic.encoder.v1.ReaderExample;
import io.mnestic.encoder.v1.ReaderServiceGrpc.ReaderServiceBlockingStub;
import io.mnestic.encoder.v1.TrainReaderRequest;
import io.mnestic.encoder.v1.TrainReaderResponse;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.memory.v1.VectorSpace;
import io.mnestic.orchestrator.encoding.TextEncoder;
import io.mnestic.orchestrator.learning.FeedbackExamples.Said;
import io.mnestic.orchestrator.space.Spaces;
import io.mnestic.orchestrator.v1.Feedback;
import io.mnestic.orchestrator.v1.JudgedMemory;
import io.mnestic.orchestrator.v1.Label;
import io.mnestic.orchestrator.v1.ReaderEvaluation;
import io.mnestic.orchestrator.v1.ReaderVersion;
import io.mnestic.orchestrator.v1.StoredTraining;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Makes a version: examples from feedback, the encoder's training, the evaluation. */
@Singleton
final class TrainVersion {
  private static final Duration QUERIES_DEADLINE = Duration.ofMinutes(1);
  private static final Duration TRAINING_DEADLINE = Duration.ofHours(1);

  private final FeedbackExamples feedback;
  private final ReaderRecords records;
  private final Reader reader;
  private final ReaderServiceBlockingStub encoder;
  private final TextEncoder texts;
  private final Spaces spaces;

  TrainVersion(
      FeedbackExamples feedback,
      ReaderRecords records,
      Reader reader,
      ReaderServiceBlockingStub encoder,
      TextEncoder texts,
      Spaces spaces) {
    this.feedback = feedback;
    this.records = records;
    this.reader = reader;
    this.encoder = encoder;
    this.texts = texts;
    this.spaces = spaces;
  }

  /**
   * Trains, or goes on from the checkpoint.
   *
   * @param watcher may throw to end the training
   * @return the version, which is not written yet
   */
  ReaderVersion train(String namespace, StoredTraining training, Watcher watcher) {
    Said said = feedback.until(namespace, training.getTraining().getCreateTime());
    List<ReaderVersion> versions =
        records.allVersions(namespace).stream()
            .filter(version -> version.getVersion() < training.getVersion())
            .toList();
    VectorSpace space = spaces.of(namespace);
    ReadHead base = base(training.getBaseVersion(), versions, said, space);
    TrainReaderRequest.Builder request =
        TrainReaderRequest.newBuilder().setBase(base).setSettings(training.getSettings());
    if (training.hasCheckpoint()) {
      request.setResume(training.getCheckpoint());
    }
    List<List<Float>> queries = queries(space, said.learnt(), watcher);
    for (int i = 0; i < queries.size(); i++) {
      request.addExamples(example(base, said.learnt().get(i), queries.get(i), versions));
    }
    TrainReaderResponse last = run(request.build(), watcher);
    ReadHead head = last.getCheckpoint().getHead();
    return ReaderVersion.newBuilder()
        .setVersion(training.getVersion())
        .setBaseVersion(training.getBaseVersion())
        .setSettings(training.getSettings())
        .setExamples(last.getExamplesUsed())
        .setExamplesForgotten(last.getExamplesForgotten())
        .setEvaluation(evaluate(space, said, base, head, watcher))
        .setCreateTime(Timestamps.now())
        .setHead(head)
        .build();
  }

  private TrainReaderResponse run(TrainReaderRequest request, Watcher watcher) {
    Iterator<TrainReaderResponse> replies =
        encoder
            .withDeadlineAfter(TRAINING_DEADLINE.toSeconds(), TimeUnit.SECONDS)
            .trainReader(request);
    TrainReaderResponse last = TrainReaderResponse.getDefaultInstance();
    while (replies.hasNext()) {
      last = replies.next();
      watcher.replied(last);
    }
    return last;
  }

  private static ReadHead base(
      long version, List<ReaderVersion> versions, Said said, VectorSpace space) {
    return versions.stream()
        .filter(one ->
            one.getVersion() == version
                // What was learnt of another model's vectors is worth nothing.
                && one.getHead().getDimensions() == space.getDimensions())
        .findFirst()
        .map(one -> Heads.extended(one.getHead(), said.weights()))
        .orElseGet(() -> Heads.fixedFusion(said.weights(), space.getDimensions()));
  }

  private ReaderEvaluation evaluate(
      VectorSpace space, Said said, ReadHead before, ReadHead head, Watcher watcher) {
    List<List<Float>> queries = queries(space, said.heldBack(), watcher);
    Evaluation evaluation = new Evaluation();
    for (int i = 0; i < queries.size(); i++) {
      List<JudgedMemory> memories = said.heldBack().get(i).getMemoriesList();
      List<List<LaneScore>> lanes = memories.stream().map(JudgedMemory::getLanesList).toList();
      evaluation.add(
          memories.stream().map(memory -> memory.getLabel() == Label.LABEL_HELPED).toList(),
          reader.scores(before, queries.get(i), lanes),
          reader.scores(head, queries.get(i), lanes));
    }
    return evaluation.result();
  }

  private List<List<Float>> queries(VectorSpace space, List<Feedback> said, Watcher watcher) {
    List<List<Float>> vectors = new ArrayList<>();
    for (Feedback one : said) {
      watcher.alive();
      vectors.add(texts.query(space, one.getQuery(), QUERIES_DEADLINE).vector());
    }
    return vectors;
  }

  private static ReaderExample example(
      ReadHead base, Feedback said, List<Float> query, List<ReaderVersion> versions) {
    long age =
        versions.stream()
            .filter(
                version -> Timestamps.compare(version.getCreateTime(), said.getCreateTime()) > 0)
            .count();
    ReaderExample.Builder example =
        ReaderExample.newBuilder().addAllQuery(query).setAge(Math.toIntExact(age));
    for (JudgedMemory memory : said.getMemoriesList()) {
      example
          .addAllLanes(Heads.row(base.getLanesList(), memory.getLanesList()))
          .addHelped(memory.getLabel() == Label.LABEL_HELPED);
    }
    return example.build();
  }

  /** Who waits for a version. */
  interface Watcher {
    /** Told now and then while there is nothing else to tell. */
    void alive();

    /** Told each reply of the encoder. */
    void replied(TrainReaderResponse reply);
  }
}
