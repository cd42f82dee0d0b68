package io.mnestic.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.mnestic.bench.services.PendingVectors;
import io.mnestic.bench.services.Service;
import io.mnestic.bench.services.Services;
import io.mnestic.memory.v1.ListTurnsRequest;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Role;
import io.mnestic.orchestrator.v1.AppendTurnsRequest;
import io.mnestic.orchestrator.v1.AppendTurnsResponse;
import io.mnestic.orchestrator.v1.AssembleContextRequest;
import io.mnestic.orchestrator.v1.AssembleContextResponse;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.LedgerEntry;
import io.mnestic.orchestrator.v1.Message;
import io.mnestic.orchestrator.v1.NewTurn;
import io.mnestic.orchestrator.v1.Notice;
import io.mnestic.orchestrator.v1.NoticeKind;
import io.mnestic.orchestrator.v1.RecallRequest;
import io.mnestic.orchestrator.v1.RecallResponse;
import io.mnestic.orchestrator.v1.RecalledMemory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The three real processes, talked to over gRPC as an application would. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndToEndIT {
  private static final Duration VECTORS_LIMIT = Duration.ofMinutes(10);
  private static final String SESSION = "talk";

  private Services services;

  @BeforeAll
  void startServices(@TempDir Path data) {
    services = Services.start(data);
  }

  @AfterAll
  void stopServices() {
    services.close();
  }

  @Test
  void rightLineComesBackInsideTheBudget() {
    createSession("conversation");
    long revision =
        append(
                "conversation",
                "one",
                "The plumber comes on Friday at ten.",
                "My daughter's piano recital is in the town hall on the sixth of June.",
                "We still need paint for the shed, dark green this time.",
                "The parcel with the lamp was left with the baker.",
                "I slept badly, the neighbours were moving furniture.",
                "Remind me to water the tomatoes.")
            .getRevision();
    int budget = 120;

    AssembleContextResponse context =
        services
            .clients()
            .orchestrator()
            .assembleContext(
                AssembleContextRequest.newBuilder()
                    .setNamespace("conversation")
                    .setSessionId(SESSION)
                    .setSystemPrompt("Answer from memory.")
                    .setQuery("When does my daughter play the piano?")
                    .setBudgetTokens(budget)
                    .setMinRevision(revision)
                    .build());

    assertThat(context.getMessagesList())
        .extracting(Message::getContent)
        .anyMatch(text -> text.contains("piano recital"));
    assertThat(context.getMessagesList().getFirst().getRole()).isEqualTo(Role.ROLE_SYSTEM);
    assertThat(context.getMessagesList().getLast().getContent())
        .contains("When does my daughter play the piano?");
    assertThat(context.getTotalTokens()).isPositive().isLessThanOrEqualTo(budget);
    assertThat(
            context.getLedgerList().stream()
                .filter(LedgerEntry::getIncluded)
                .mapToInt(LedgerEntry::getTokens)
                .sum())
        .isEqualTo(context.getTotalTokens());
    assertThat(context.getNoticesList()).isEmpty();
  }

  @Test
  void encoderOutageKeepsAppendsAndItsVectorsAreFilledInLater() {
    createSession("outage");
    append("outage", "before", "The boat trip starts at the east pier.");
    services.kill(Service.ENCODER);

    AppendTurnsResponse during =
        append(
            "outage", "during", "The zeppelin museum opens at nine.", "Bring the blue umbrella.");
    RecallResponse lexical = recall("outage", "zeppelin museum", during.getRevision());

    assertThat(during.getNoticesList())
        .extracting(Notice::getKind)
        .contains(NoticeKind.NOTICE_KIND_VECTORS_PENDING);
    assertThat(lexical.getNoticesList())
        .extracting(Notice::getKind)
        .contains(NoticeKind.NOTICE_KIND_LEXICAL_ONLY);
    assertThat(values(lexical)).first().isEqualTo("The zeppelin museum opens at nine.");
    assertThat(turns("outage")).hasSize(3);

    services.restart(Service.ENCODER);
    PendingVectors.await(services.clients(), "outage", VECTORS_LIMIT);
    RecallResponse dense =
        recall("outage", "What protects me from the rain?", during.getRevision());

    assertThat(dense.getNoticesList()).isEmpty();
    assertThat(values(dense)).first().isEqualTo("Bring the blue umbrella.");
  }

  @Test
  void longTurnIsKeptWholeAndFoundByAFactInItsMiddle() {
    createSession("long");
    String filler =
        IntStream.range(0, 2_300)
            .mapToObj("Paragraph %d of the minutes speaks of drains and kerbs. "::formatted)
            .reduce("", String::concat);
    String fact = "The beekeeper's honey won the silver medal in Ljubljana. ";
    String text = filler + fact + filler;
    assertThat(text.length()).isGreaterThan(250 * 1024);
    append("long", "short", "Lunch was soup.", "The bus was late again.");
    AppendTurnsResponse appended = append("long", "minutes", text);
    PendingVectors.await(services.clients(), "long", VECTORS_LIMIT);

    RecallResponse recalled =
        recall("long", "Which prize did the apiarist receive for it?", appended.getRevision());

    assertThat(turns("long").getLast().getValue()).isEqualTo(text);
    RecalledMemory first = recalled.getMemories(0);
    assertThat(first.getMemory().getId()).isEqualTo(appended.getTurns(0).getMemoryId());
    assertThat(first.getMatchedVector()).startsWith("passage/");
  }

  private void createSession(String namespace) {
    services
        .clients()
        .orchestrator()
        .createSession(
            CreateSessionRequest.newBuilder()
                .setNamespace(namespace)
                .setSessionId(SESSION)
                .setCreateNamespace(true)
                .build());
  }

  private AppendTurnsResponse append(String namespace, String requestId, String... texts) {
    AppendTurnsRequest.Builder request =
        AppendTurnsRequest.newBuilder()
            .setNamespace(namespace)
            .setSessionId(SESSION)
            .setRequestId(requestId);
    for (String text : texts) {
      request.addTurns(NewTurn.newBuilder().setRole(Role.ROLE_USER).setContent(text));
    }
    return services.clients().orchestrator().appendTurns(request.build());
  }

  private RecallResponse recall(String namespace, String query, long revision) {
    return services
        .clients()
        .orchestrator()
        .recall(
            RecallRequest.newBuilder()
                .setNamespace(namespace)
                .setQuery(query)
                .setMinRevision(revision)
                .build());
  }

  private List<Memory> turns(String namespace) {
    return services
        .clients()
        .store()
        .listTurns(
            ListTurnsRequest.newBuilder()
                .setNamespace(namespace)
                .setSession(SESSION)
                .setOldestFirst(true)
                .build())
        .getTurnsList();
  }

  private static List<String> values(RecallResponse recalled) {
    return recalled.getMemoriesList().stream()
        .map(memory -> memory.getMemory().getValue())
        .toList();
  }
}
