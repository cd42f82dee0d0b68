package io.mnestic.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mnestic.bench.services.Service;
import io.mnestic.bench.services.Services;
import io.mnestic.memory.v1.ListNamespacesRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The evaluation and the benchmarks, small, on services that run already. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandsIT {
  private static final String CONVERSATION =
      """
      {"session_1_date_time": "9:15 am on 3 April, 2026",
       "session_1": [
         {"speaker": "Mila", "dia_id": "D1:1", "text": "We adopted a goat and named it Biscuit."},
         {"speaker": "Theo", "dia_id": "D1:2", "text": "My train to Lund was four hours late."},
         {"speaker": "Mila", "dia_id": "D1:3", "text": "Look at this!", "blip_caption": "a lighthouse at dusk"}],
       "qa": [
         {"question": "What is the goat called?", "answer": "Biscuit", "evidence": ["D1:1"], "category": 4},
         {"question": "Which building was in the picture?", "answer": "a lighthouse", "evidence": ["D1:3"], "category": 4}]}
      """;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path folder;
  private Services services;

  @BeforeAll
  void startServices(@TempDir Path folder) {
    this.folder = folder;
    services = Services.start(folder.resolve("data"));
  }

  @AfterEach
  void commandsCleanUpBehindThem() {
    assertThat(
            services
                .clients()
                .store()
                .listNamespaces(ListNamespacesRequest.getDefaultInstance())
                .getNamespacesList())
        .isEmpty();
  }

  @AfterAll
  void stopServices() {
    services.close();
  }

  @Test
  void evalLocomoReportsEveryCutoffAndCategory() throws IOException {
    Path conversations = Files.createDirectory(folder.resolve("conversations"));
    Files.writeString(conversations.resolve("goat.json"), CONVERSATION);

    JsonNode figures = run("eval", "locomo", conversations.toString());

    for (String name : List.of("recall@1", "recall@5", "recall@10", "recall@25", "recall@50")) {
      assertThat(figures.get(name).asDouble()).as(name).isBetween(0.0, 100.0);
    }
    // Three turns in all: the first ten hold each of them.
    assertThat(figures.get("recall@10").asDouble()).isEqualTo(100);
    assertThat(figures.get("recall@10.category4").asDouble()).isEqualTo(100);
    assertThat(figures.get("recall@10.without_category5").asDouble()).isEqualTo(100);
    assertThat(figures.get("turns").asInt()).isEqualTo(3);
    assertThat(figures.get("llm.tokens").asInt()).isZero();
    assertThat(out.toString()).contains("4 one turn", "LLM tokens: 0");
  }

  @Test
  void evalLocomoTellsWhatEachLaneIsWorthAndWhetherAnAnswerIsStored() throws IOException {
    Path conversations = Files.createDirectory(folder.resolve("two"));
    Files.writeString(conversations.resolve("goat.json"), CONVERSATION);
    Files.writeString(conversations.resolve("kid.json"), CONVERSATION.replace("goat", "piano"));

    JsonNode figures = run("eval", "locomo", "--ablation", conversations.toString());

    assertThat(figures.get("recall@10.without_tokens_context").asDouble()).isEqualTo(100);
    assertThat(figures.get("recall@5.without_speaker").asDouble()).isBetween(0.0, 100.0);
    assertThat(figures.get("answer.auc.elsewhere").asDouble()).isBetween(0.0, 1.0);
    assertThat(out.toString()).contains("TOKENS_CONTEXT", "Brier score");
  }

  @Test
  void benchWritesReportsEachNumberOfWritersBesideTheDisk() throws IOException {
    JsonNode figures = run("bench", "writes", "--seconds", "1");

    for (String name :
        List.of(
            "writes.1.per_second",
            "writes.8.per_second",
            "writes.64.per_second",
            "writes.fsync_per_second")) {
      assertThat(figures.get(name).asDouble()).as(name).isPositive();
    }
  }

  @Test
  void benchContextReportsTimesAndFindsWhatItAsksFor() throws IOException {
    JsonNode figures =
        run(
            "bench",
            "context",
            "--turns",
            "100",
            "--questions",
            "10",
            "--vectors",
            folder.resolve("vectors").toString());

    assertThat(figures.get("context.100.p50_ms").asDouble()).isPositive();
    assertThat(figures.get("context.100.p95_ms").asDouble())
        .isGreaterThanOrEqualTo(figures.get("context.100.p50_ms").asDouble());
    assertThat(figures.get("context.100.found").asDouble()).isGreaterThanOrEqualTo(70);
    assertThat(folder.resolve("vectors")).isNotEmptyDirectory();
  }

  private JsonNode run(String... command) throws IOException {
    Path json = Files.createTempFile(folder, "figures", ".json");
    List<String> args = new ArrayList<>(List.of(command));
    args.addAll(List.of("--orchestrator", services.address(Service.ORCHESTRATOR)));
    args.addAll(List.of("--store", services.address(Service.STORE)));
    args.addAll(List.of("--encoder", services.address(Service.ENCODER)));
    args.addAll(List.of("--json", json.toString()));
    int exitCode =
        Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
            .execute(args.toArray(String[]::new));
    assertThat(exitCode).as("%s%s", out, err).isZero();
    return new ObjectMapper().readTree(json.toFile());
  }
}
