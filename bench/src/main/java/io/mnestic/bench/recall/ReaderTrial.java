package io.mnestic.bench.recall;

import io.mnestic.bench.services.Clients;
import io.mnestic.encoder.v1.ReadHead;
import io.mnestic.encoder.v1.ReadRequest;
import io.mnestic.encoder.v1.ReaderExample;
import io.mnestic.encoder.v1.ReaderSettings;
import io.mnestic.encoder.v1.TrainReaderRequest;
import io.mnestic.encoder.v1.TrainReaderResponse;
import java.util.Iterator;
import java.util.List;

/** Trains heads on asked questions and asks them. */
final class ReaderTrial {
  /** More steps than a training has. */
  private static final int ONE_REPLY = 100_000;

  private final Clients clients;

  ReaderTrial(Clients clients) {
    this.clients = clients;
  }

  /**
   * A head that learnt.
   *
   * @param base where it begins
   * @param newest questions to learn from
   * @param older questions of one version ago
   */
  ReadHead train(
      ReadHead base,
      List<JudgedQuestion> newest,
      List<JudgedQuestion> older,
      ReaderSettings settings) {
    TrainReaderRequest.Builder request =
        TrainReaderRequest.newBuilder()
            .setBase(base)
            .setSettings(settings)
            .setReplyEvery(ONE_REPLY);
    newest.forEach(asked -> request.addExamples(example(asked, 0)));
    older.forEach(asked -> request.addExamples(example(asked, 1)));
    Iterator<TrainReaderResponse> replies = clients.reader().trainReader(request.build());
    TrainReaderResponse last = TrainReaderResponse.getDefaultInstance();
    while (replies.hasNext()) {
      last = replies.next();
    }
    return last.getCheckpoint().getHead();
  }

  /** R@10 of each question, 0 to 1. */
  double[] recallAt10(ReadHead head, List<JudgedQuestion> questions) {
    return questions.stream()
        .mapToDouble(asked ->
            asked.recallAt10(
                clients
                    .reader()
                    .read(
                        ReadRequest.newBuilder()
                            .setHead(head)
                            .addAllQuery(asked.query())
                            .addAllLanes(asked.lanes())
                            .build())
                    .getScoresList()))
        .toArray();
  }

  private static ReaderExample example(JudgedQuestion asked, int age) {
    return ReaderExample.newBuilder()
        .addAllQuery(asked.query())
        .addAllLanes(asked.lanes())
        .addAllHelped(asked.found())
        .setAge(age)
        .build();
  }
}
