package io.mnestic.bench.recall;

import io.mnestic.bench.report.Progress;
import io.mnestic.bench.services.Clients;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.InputType;
import io.mnestic.encoder.v1.ReadHead;
import io.mnestic.memory.v1.Lane;
import io.mnestic.memory.v1.LaneScore;
import io.mnestic.orchestrator.v1.RecallRequest;
import io.mnestic.orchestrator.v1.RecalledMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Asks the questions of conversations and keeps what a reader would look at. */
final class AskAll {
  /** Memories of a recall. */
  private static final int LIMIT = 100;

  /** ln τ, as the orchestrator begins with. */
  private static final float SHARPNESS = -0.7f;

  private final Clients clients;
  private final Progress progress;
  private final SortedMap<Lane, Double> weights = new TreeMap<>();
  private final List<Raw> asked = new ArrayList<>();

  AskAll(Clients clients, Progress progress) {
    this.clients = clients;
    this.progress = progress;
  }

  void ask(Conversation conversation, String namespace, long revision) {
    for (int place = 0; place < conversation.questions().size(); place++) {
      Conversation.Question question = conversation.questions().get(place);
      List<RecalledMemory> memories =
          clients
              .orchestrator()
              .recall(
                  RecallRequest.newBuilder()
                      .setNamespace(namespace)
                      .setQuery(question.text())
                      .setLimit(LIMIT)
                      .setMinRevision(revision)
                      .build())
              .getMemoriesList();
      for (RecalledMemory memory : memories) {
        memory.getLanesList().forEach(lane -> weights.put(lane.getLane(), lane.getWeight()));
      }
      List<Float> query =
          clients
              .encoder()
              .encode(
                  EncodeRequest.newBuilder()
                      .addTexts(question.text())
                      .setInputType(InputType.INPUT_TYPE_QUERY)
                      .build())
              .getEncodings(0)
              .getPassages(0)
              .getVectorList();
      asked.add(new Raw(conversation.name(), place, question, query, memories));
      progress.step(1);
    }
  }

  /** The head that ranks as the fixed fusion. */
  ReadHead fixedFusion() {
    int dimensions = asked.getFirst().query().size();
    ReadHead.Builder head = ReadHead.newBuilder().setDimensions(dimensions);
    weights.forEach((lane, weight) -> head.addLanes(lane.name()).addWeights(weight.floatValue()));
    int rest = dimensions * (weights.size() + 1);
    for (int i = 0; i < rest; i++) {
      head.addWeights(0);
    }
    return head.addWeights(SHARPNESS).build();
  }

  List<JudgedQuestion> questions() {
    return asked.stream().map(this::asked).toList();
  }

  private JudgedQuestion asked(Raw raw) {
    List<Float> lanes = new ArrayList<>();
    List<Boolean> found = new ArrayList<>();
    for (RecalledMemory memory : raw.memories()) {
      weights.keySet().forEach(lane -> lanes.add(score(memory, lane)));
      found.add(Recalled.turnId(memory).filter(raw.question().evidence()::contains).isPresent());
    }
    return new JudgedQuestion(
        raw.conversation(),
        raw.place(),
        raw.question().evidence().size(),
        raw.query(),
        lanes,
        found);
  }

  private static float score(RecalledMemory memory, Lane lane) {
    return memory.getLanesList().stream()
        .filter(score -> score.getLane() == lane)
        .map(LaneScore::getNormalized)
        .findFirst()
        .orElse(0.0)
        .floatValue();
  }

  private record Raw(
      String conversation,
      int place,
      Conversation.Question question,
      List<Float> query,
      List<RecalledMemory> memories) {}
}
