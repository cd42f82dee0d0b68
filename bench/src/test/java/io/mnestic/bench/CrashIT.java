package io.mnestic.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mnestic.bench.services.Service;
import io.mnestic.bench.services.Services;
import io.mnestic.memory.v1.ListTurnsRequest;
import io.mnestic.memory.v1.ListTurnsResponse;
import io.mnestic.memory.v1.Memory;
import io.mnestic.orchestrator.v1.AppendTurnsRequest;
import io.mnestic.orchestrator.v1.AppendTurnsResponse;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.NewTurn;
import io.mnestic.orchestrator.v1.RecallRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL of the store in the middle of an ingest. */
class CrashIT {
  private static final String NAMESPACE = "crash";
  private static final String SESSION = "ingest";
  private static final int BATCHES = 60;
  private static final int BATCH = 5;
  private static final int BATCHES_BEFORE_THE_KILL = 15;

  /** A store that is down answers nothing; each retry waits a little, so this is two minutes. */
  private static final int MOST_RETRIES = 1_200;

  private static final long RETRY_MILLIS = 100;

  @Test
  void everyAcknowledgedTurnIsThereInOrderAndOnce(@TempDir Path data) throws Exception {
    try (Services services = Services.start(data);
        ExecutorService ingest = Executors.newVirtualThreadPerTaskExecutor()) {
      services
          .clients()
          .orchestrator()
          .createSession(
              CreateSessionRequest.newBuilder()
                  .setNamespace(NAMESPACE)
                  .setSessionId(SESSION)
                  .setCreateNamespace(true)
                  .build());
      CountDownLatch underWay = new CountDownLatch(BATCHES_BEFORE_THE_KILL);
      Future<Acknowledged> ingested = ingest.submit(() -> ingest(services, underWay));

      underWay.await();
      services.kill(Service.STORE);
      assertThat(ingested).as("ingest, so that the kill came in its middle").isNotDone();
      services.restart(Service.STORE);
      Acknowledged acknowledged = ingested.get();

      List<Memory> stored = storedTurns(services);
      assertThat(stored).extracting(Memory::getId).isEqualTo(acknowledged.ids());
      assertThat(stored).extracting(Memory::getValue).isEqualTo(allTexts());
      assertThat(stored)
          .extracting(memory -> memory.getTurn().getSequence())
          .isEqualTo(IntStream.rangeClosed(1, BATCHES * BATCH).mapToObj(Long::valueOf).toList());
      assertThat(recallFirst(services, text(7), acknowledged.revision())).isEqualTo(text(7));
    }
  }

  /** Appends all batches, repeating each with its request_id until it is answered. */
  private static Acknowledged ingest(Services services, CountDownLatch underWay)
      throws InterruptedException {
    List<String> ids = new ArrayList<>();
    long revision = 0;
    int retries = 0;
    for (int batch = 0; batch < BATCHES; batch++) {
      AppendTurnsRequest.Builder request =
          AppendTurnsRequest.newBuilder()
              .setNamespace(NAMESPACE)
              .setSessionId(SESSION)
              .setRequestId("batch-" + batch);
      for (int turn = batch * BATCH; turn < (batch + 1) * BATCH; turn++) {
        request.addTurns(NewTurn.newBuilder().setContent(text(turn)));
      }
      AppendTurnsResponse answer = null;
      while (answer == null) {
        try {
          answer = services.clients().orchestrator().appendTurns(request.build());
        } catch (StatusRuntimeException e) {
          assertThat(e.getStatus().getCode())
              .isIn(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);
          assertThat(retries++).isLessThan(MOST_RETRIES);
          Thread.sleep(RETRY_MILLIS);
        }
      }
      answer.getTurnsList().forEach(turn -> ids.add(turn.getMemoryId()));
      revision = answer.getRevision();
      underWay.countDown();
    }
    return new Acknowledged(ids, revision);
  }

  private static List<Memory> storedTurns(Services services) {
    List<Memory> turns = new ArrayList<>();
    String pageToken = "";
    do {
      ListTurnsResponse page =
          services
              .clients()
              .store()
              .listTurns(
                  ListTurnsRequest.newBuilder()
                      .setNamespace(NAMESPACE)
                      .setSession(SESSION)
                      .setOldestFirst(true)
                      .setPageToken(pageToken)
                      .build());
      turns.addAll(page.getTurnsList());
      pageToken = page.getNextPageToken();
    } while (!pageToken.isEmpty());
    return turns;
  }

  private static String recallFirst(Services services, String query, long revision) {
    return services
        .clients()
        .orchestrator()
        .recall(
            RecallRequest.newBuilder()
                .setNamespace(NAMESPACE)
                .setQuery(query)
                .setMinRevision(revision)
                .build())
        .getMemories(0)
        .getMemory()
        .getValue();
  }

  private static List<String> allTexts() {
    return IntStream.range(0, BATCHES * BATCH).mapToObj(CrashIT::text).toList();
  }

  private static String text(int turn) {
    return "Entry %d of the logbook: wind force %d, course %d degrees."
        .formatted(turn, turn % 12, turn * 7 % 360);
  }

  private record Acknowledged(List<String> ids, long revision) {}
}
