package io.mnestic.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.grpc.Status.Code;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Role;
import io.mnestic.orchestrator.v1.BuildPromptRequest;
import io.mnestic.orchestrator.v1.BuildPromptResponse;
import io.mnestic.orchestrator.v1.ChosenExample;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import io.mnestic.orchestrator.v1.DeleteTemplateRequest;
import io.mnestic.orchestrator.v1.ExampleChoice;
import io.mnestic.orchestrator.v1.ExtractAnswerRequest;
import io.mnestic.orchestrator.v1.GetTemplateRequest;
import io.mnestic.orchestrator.v1.LedgerEntry;
import io.mnestic.orchestrator.v1.LedgerReason;
import io.mnestic.orchestrator.v1.ListTemplatesRequest;
import io.mnestic.orchestrator.v1.ListTemplatesResponse;
import io.mnestic.orchestrator.v1.Message;
import io.mnestic.orchestrator.v1.Notice;
import io.mnestic.orchestrator.v1.NoticeKind;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc.OrchestratorServiceBlockingStub;
import io.mnestic.orchestrator.v1.Part;
import io.mnestic.orchestrator.v1.PromptTemplate;
import io.mnestic.orchestrator.v1.PutTemplateRequest;
import io.mnestic.orchestrator.v1.PutTemplateResponse;
import io.mnestic.orchestrator.v1.RememberRequest;
import io.mnestic.orchestrator.v1.TemplateMessage;
import io.mnestic.orchestrator.v1.TemplateValue;
import io.mnestic.orchestrator.v1.TemplateVariable;
import io.mnestic.orchestrator.v1.VariableType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Templates and the prompts made of them, over real channels. */
final class TemplateIT {
  private final Running running = new Running();
  private final OrchestratorServiceBlockingStub orchestrator = running.orchestrator();

  @BeforeEach
  void createNamespace() {
    orchestrator.createSession(
        CreateSessionRequest.newBuilder()
            .setNamespace("n")
            .setSessionId("s")
            .setCreateNamespace(true)
            .build());
  }

  @AfterEach
  void stop() {
    running.close();
  }

  @Test
  void versionsAreKeptAndAPutThatChangesNothingMakesNone() {
    PutTemplateResponse first = put(mood());
    PutTemplateResponse again = put(mood());
    PutTemplateResponse second = put(mood().setDescription("better"));
    assertThat(first.getTemplate().getVersion()).isEqualTo(1);
    assertThat(first.getTemplate().hasCreateTime()).isTrue();
    assertThat(first.getChanged()).isTrue();
    assertThat(again.getChanged()).isFalse();
    assertThat(again.getTemplate()).isEqualTo(first.getTemplate());
    assertThat(second.getTemplate().getVersion()).isEqualTo(2);
    assertThat(get("mood", 0)).isEqualTo(second.getTemplate());
    assertThat(get("mood", 1)).isEqualTo(first.getTemplate());
    Refused.by(() -> get("mood", 3)).because(Code.NOT_FOUND, "TEMPLATE_NOT_FOUND", "version");
  }

  @Test
  void theOldestOfManyVersionsGo() {
    for (int i = 1; i <= 52; i++) {
      put(mood().setDescription("number " + i));
    }
    assertThat(get("mood", 52).getDescription()).isEqualTo("number 52");
    assertThat(get("mood", 3).getDescription()).isEqualTo("number 3");
    Refused.by(() -> get("mood", 2)).because(Code.NOT_FOUND, "TEMPLATE_NOT_FOUND", "version");
  }

  @Test
  void aPutIsIdempotentAndConditional() {
    PutTemplateRequest.Builder request =
        PutTemplateRequest.newBuilder().setNamespace("n").setRequestId("p1").setTemplate(mood());
    PutTemplateResponse first = orchestrator.putTemplate(request.build());
    put(mood().setDescription("later"));
    assertThat(orchestrator.putTemplate(request.build())).isEqualTo(first);
    assertThat(get("mood", 0).getVersion()).isEqualTo(2);
    Refused.by(() ->
            orchestrator.putTemplate(request.setTemplate(mood().setDescription("other")).build()))
        .because(Code.ALREADY_EXISTS, "REQUEST_ID_REUSED", "request_id");
    request.clearRequestId().setIfVersion(1);
    Refused.by(() -> orchestrator.putTemplate(request.build()))
        .because(Code.ABORTED, "ETAG_MISMATCH", "if_version");
    assertThat(orchestrator.putTemplate(request.setIfVersion(2).build()).getTemplate().getVersion())
        .isEqualTo(3);
    Refused.by(() ->
            orchestrator.putTemplate(
                request.setTemplate(mood().setName("new")).setIfVersion(1).build()))
        .because(Code.ABORTED, "ETAG_MISMATCH", "if_version");
  }

  @Test
  void templatesAreListedInPagesAndDeleted() {
    put(mood().setName("b"));
    put(mood().setName("a"));
    put(mood().setName("a").setDescription("newest"));
    ListTemplatesRequest.Builder list =
        ListTemplatesRequest.newBuilder().setNamespace("n").setPageSize(1);
    ListTemplatesResponse page = orchestrator.listTemplates(list.build());
    assertThat(page.getTemplates(0).getName()).isEqualTo("a");
    assertThat(page.getTemplates(0).getDescription()).isEqualTo("newest");
    ListTemplatesResponse last =
        orchestrator.listTemplates(list.setPageToken(page.getNextPageToken()).build());
    assertThat(last.getTemplates(0).getName()).isEqualTo("b");
    assertThat(last.getNextPageToken()).isEmpty();
    DeleteTemplateRequest delete =
        DeleteTemplateRequest.newBuilder().setNamespace("n").setName("a").build();
    assertThat(orchestrator.deleteTemplate(delete).getRevision()).isPositive();
    Refused.by(() -> orchestrator.deleteTemplate(delete))
        .because(Code.NOT_FOUND, "TEMPLATE_NOT_FOUND", "name");
    Refused.by(() -> get("a", 1)).because(Code.NOT_FOUND, "TEMPLATE_NOT_FOUND", "name");
    Refused.by(() ->
            orchestrator.listTemplates(
                ListTemplatesRequest.newBuilder().setNamespace("n").setPageToken("x").build()))
        .because(Code.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID", "page_token");
  }

  @Test
  void aPromptHasItsSlotsFilledAndExamplesBeforeItsLastMessage() {
    put(mood());
    example("cold", "The soup was cold", "negative");
    example("warm", "The soup was warm and good", "positive");
    example("rain", "It rained all week", "negative");
    BuildPromptResponse prompt =
        orchestrator.buildPrompt(build("The soup was warm").setMaxExamples(2).build());
    assertThat(prompt.getMessagesList())
        .extracting(Message::getRole, Message::getContent)
        .startsWith(tuple(Role.ROLE_SYSTEM, "Judge the mood. Answer as text."))
        .endsWith(tuple(Role.ROLE_USER, "<text>The soup was warm</text>"))
        .hasSize(6)
        .contains(
            tuple(Role.ROLE_USER, "The soup was warm and good"),
            tuple(Role.ROLE_ASSISTANT, "Good"));
    assertThat(prompt.getMessages(2).getContent()).isIn("Good", "Bad");
    assertThat(prompt.getExamplesList())
        .extracting(ChosenExample::getMemoryId)
        .hasSize(2)
        .endsWith("warm");
    assertThat(prompt.getExamples(1).getSimilarity())
        .isGreaterThan(prompt.getExamples(0).getSimilarity());
    assertThat(prompt.getVersion()).isEqualTo(1);
    assertThat(prompt.getTokenizer()).isEqualTo("o200k_base");
    assertThat(prompt.getRevision()).isPositive();
  }

  @Test
  void whatIsInAndOutIsAccountedForToTheToken() {
    put(mood());
    example("a", "The soup was cold", "negative");
    example("b", "The soup was cold", "negative");
    example("c", "The soup was warm and the evening was long, and so was the way home", "positive");
    BuildPromptRequest.Builder request =
        build("The soup was cold")
            .setTokensPerMessage(3)
            .setTokensPerRequest(2)
            .setReserveTokens(9);
    int bare = orchestrator.buildPrompt(request.setMaxExamples(0).build()).getTotalTokens();
    for (int budget = bare + 9; budget < bare + 60; budget++) {
      BuildPromptResponse prompt =
          orchestrator.buildPrompt(request.setMaxExamples(4).setBudgetTokens(budget).build());
      int in =
          prompt.getLedgerList().stream()
              .filter(LedgerEntry::getIncluded)
              .mapToInt(LedgerEntry::getTokens)
              .sum();
      assertThat(in).isEqualTo(prompt.getTotalTokens() + 9).isLessThanOrEqualTo(budget);
      assertThat(prompt.getLedgerList().stream().filter(e -> e.getPart() == Part.PART_EXAMPLE))
          .hasSize(3);
    }
    BuildPromptResponse all = orchestrator.buildPrompt(request.setBudgetTokens(1_000).build());
    assertThat(all.getLedgerList())
        .filteredOn(entry -> entry.getPart() == Part.PART_EXAMPLE)
        .extracting(LedgerEntry::getMemoryId, LedgerEntry::getReason)
        .containsExactlyInAnyOrder(
            tuple("a", LedgerReason.LEDGER_REASON_RELEVANT),
            tuple("b", LedgerReason.LEDGER_REASON_DUPLICATE),
            tuple("c", LedgerReason.LEDGER_REASON_RELEVANT));
    Refused small =
        Refused.by(() -> orchestrator.buildPrompt(request.setBudgetTokens(bare + 8).build()));
    small.because(Code.INVALID_ARGUMENT, "BUDGET_TOO_SMALL", "budget_tokens");
    assertThat(small.info().getMetadataMap())
        .containsEntry("required_tokens", Integer.toString(bare + 9));
  }

  @Test
  void withoutTheEncoderExamplesAreFoundByTheirWords() {
    put(mood());
    example("cold", "The soup was cold", "negative");
    running.encoderPeer.stop();
    BuildPromptResponse prompt = orchestrator.buildPrompt(build("The soup was cold").build());
    assertThat(prompt.getNoticesList())
        .extracting(Notice::getKind)
        .containsExactly(NoticeKind.NOTICE_KIND_LEXICAL_ONLY);
    assertThat(prompt.getExamplesList())
        .extracting(ChosenExample::getMemoryId)
        .containsExactly("cold");
  }

  @Test
  void valuesAreChecked() {
    put(mood());
    Refused.by(() -> orchestrator.buildPrompt(build("x").clearValues().build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "values[\"text\"]");
    Refused.by(() -> orchestrator.buildPrompt(build("x").putValues("txt", text("y")).build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "values[\"txt\"]");
    Refused.by(() ->
            orchestrator.buildPrompt(
                build("x")
                    .putValues("text", TemplateValue.newBuilder().setNumber(1).build())
                    .build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "values[\"text\"]");
    Refused.by(() -> orchestrator.buildPrompt(build("x").putValues("form", text("verse")).build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "values[\"form\"]");
    Refused.by(() -> orchestrator.buildPrompt(build("x").setTemplate("none").build()))
        .because(Code.NOT_FOUND, "TEMPLATE_NOT_FOUND", "template");
    Refused.by(() -> orchestrator.buildPrompt(build("x").setVersion(7).build()))
        .because(Code.NOT_FOUND, "TEMPLATE_NOT_FOUND", "version");
    Refused.by(() -> orchestrator.buildPrompt(build("x").setBudgetTokens(0).build()))
        .because(Code.INVALID_ARGUMENT, "INVALID_FIELD", "budget_tokens");
    Refused.by(() -> orchestrator.buildPrompt(build("x").setTokenizer("none").build()))
        .because(Code.NOT_FOUND, "UNKNOWN_TOKENIZER", "tokenizer");
    Refused.by(() -> orchestrator.buildPrompt(build("x").setNamespace("none").build()))
        .because(Code.NOT_FOUND, "NAMESPACE_NOT_FOUND", "namespace");
  }

  @Test
  void templatesAreCheckedWhenTheyArePut() {
    refuses("template.messages[1].content", mood().setMessages(1, user("{{text} {{form}}")));
    refuses("template.messages[1].content", mood().setMessages(1, user("{{text}} {{other}}")));
    refuses("template.variables[1].name", mood().setMessages(0, user("No form here")));
    refuses(
        "template.variables[1].default_value",
        mood().setVariables(1, mood().getVariables(1).toBuilder().setDefaultValue(text("song"))));
    refuses("template.variables", mood().addVariables(mood().getVariables(0)));
    refuses("template.answer_pattern", mood().setAnswerPattern("(unclosed"));
    refuses("template.answer_pattern", mood().setAnswerPattern("(a)\\1"));
    refuses("template.labels[\"neutral\"]", mood().putLabels("neutral", " bad"));
    refuses(
        "template.examples.query_variable",
        mood().setExamples(ExampleChoice.newBuilder().setQueryVariable("none")));
    refuses(
        "template.examples.input",
        mood()
            .setExamples(ExampleChoice.newBuilder().setQueryVariable("text").setInput("{{text}}")));
    refuses(
        "template.messages[1].role",
        mood().setMessages(1, user("{{text}}").toBuilder().setRole(Role.ROLE_ASSISTANT)));
    refuses(
        "template.variables[0]",
        mood().setVariables(0, mood().getVariables(0).toBuilder().addChoices("x")));
    refuses("template.name", mood().setName("a b"));
    refuses("template.messages", mood().clearMessages());
    Refused.by(() -> get("mood", 0)).because(Code.NOT_FOUND, "TEMPLATE_NOT_FOUND", "name");
  }

  @Test
  void anAnswerIsExtracted() {
    put(mood());
    ExtractAnswerRequest.Builder said =
        ExtractAnswerRequest.newBuilder().setNamespace("n").setTemplate("mood");
    var answer = orchestrator.extractAnswer(said.setText("Hm. Mood: BAD, I think").build());
    assertThat(answer.getMatched()).isTrue();
    assertThat(answer.getAnswer()).isEqualTo("BAD");
    assertThat(answer.getLabel()).isEqualTo("negative");
    assertThat(orchestrator.extractAnswer(said.setText("Who knows").build()).getMatched())
        .isFalse();
    Refused.by(() -> orchestrator.extractAnswer(said.setTemplate("none").build()))
        .because(Code.NOT_FOUND, "TEMPLATE_NOT_FOUND", "template");
  }

  private void refuses(String field, PromptTemplate.Builder template) {
    Refused.by(() -> put(template)).because(Code.INVALID_ARGUMENT, "INVALID_FIELD", field);
  }

  private PutTemplateResponse put(PromptTemplate.Builder template) {
    return orchestrator.putTemplate(
        PutTemplateRequest.newBuilder().setNamespace("n").setTemplate(template).build());
  }

  private PromptTemplate get(String name, int version) {
    return orchestrator
        .getTemplate(
            GetTemplateRequest.newBuilder()
                .setNamespace("n")
                .setName(name)
                .setVersion(version)
                .build())
        .getTemplate();
  }

  private void example(String id, String key, String value) {
    orchestrator.remember(
        RememberRequest.newBuilder()
            .setNamespace("n")
            .setId(id)
            .setKind(Kind.KIND_EXAMPLE)
            .setKey(key)
            .setValue(value)
            .build());
  }

  private static BuildPromptRequest.Builder build(String text) {
    return BuildPromptRequest.newBuilder()
        .setNamespace("n")
        .setTemplate("mood")
        .putValues("text", text(text))
        .setBudgetTokens(1_000);
  }

  private static PromptTemplate.Builder mood() {
    return PromptTemplate.newBuilder()
        .setName("mood")
        .addMessages(
            TemplateMessage.newBuilder()
                .setRole(Role.ROLE_SYSTEM)
                .setContent("Judge the mood. Answer as {{form}}."))
        .addMessages(user("<text>{{text}}</text>"))
        .addVariables(
            TemplateVariable.newBuilder().setName("text").setType(VariableType.VARIABLE_TYPE_TEXT))
        .addVariables(
            TemplateVariable.newBuilder()
                .setName("form")
                .setType(VariableType.VARIABLE_TYPE_CHOICE)
                .addChoices("text")
                .addChoices("JSON")
                .setDefaultValue(text("text")))
        .setExamples(ExampleChoice.newBuilder().setQueryVariable("text"))
        .putLabels("positive", "Good")
        .putLabels("negative", "Bad")
        .setAnswerPattern("Mood: (\\w+)");
  }

  private static TemplateMessage user(String content) {
    return TemplateMessage.newBuilder().setRole(Role.ROLE_USER).setContent(content).build();
  }

  private static TemplateValue text(String text) {
    return TemplateValue.newBuilder().setText(text).build();
  }
}
