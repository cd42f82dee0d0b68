package io.mnestic.orchestrator.template;

import io.mnestic.orchestrator.template.Examples.Found;
import io.mnestic.orchestrator.tokens.TokenCounter;
import io.mnestic.orchestrator.tokens.Tokenizers;
import io.mnestic.orchestrator.v1.BuildPromptRequest;
import io.mnestic.orchestrator.v1.BuildPromptResponse;
import io.mnestic.orchestrator.v1.ExampleChoice;
import io.mnestic.orchestrator.v1.ExtractAnswerRequest;
import io.mnestic.orchestrator.v1.ExtractAnswerResponse;
import io.mnestic.orchestrator.v1.PromptTemplate;
import jakarta.inject.Singleton;
import java.util.Map;

/** Makes prompts out of templates, and reads what models say to them. */
@Singleton
public final class BuildPrompt {
  private static final int USUAL_EXAMPLES = 4;
  private static final double USUAL_RELEVANCE = 0.7;

  private final Templates templates;
  private final Examples examples;
  private final Tokenizers tokenizers;

  BuildPrompt(Templates templates, Examples examples, Tokenizers tokenizers) {
    this.templates = templates;
    this.examples = examples;
    this.tokenizers = tokenizers;
  }

  /**
   * The prompt.
   *
   * @throws io.mnestic.wire.Refusal TEMPLATE_NOT_FOUND, INVALID_FIELD, UNKNOWN_TOKENIZER,
   *     BUDGET_TOO_SMALL
   */
  public BuildPromptResponse build(BuildPromptRequest request) {
    TokenCounter counter = tokenizers.named(request.getTokenizer());
    PromptTemplate template =
        templates.get(
            request.getNamespace(), request.getTemplate(), request.getVersion(), "template");
    Map<String, String> values =
        new Variables(template.getVariablesList()).texts(request.getValuesMap());
    PromptAssembly assembly = new PromptAssembly(request, counter, new Filling(template), values);
    ExampleChoice choice = template.getExamples();
    Found found = find(request, template, values);
    assembly.choose(
        found,
        new Diversity(choice.hasRelevance() ? choice.getRelevance() : USUAL_RELEVANCE),
        mostExamples(request, template));
    return assembly
        .finish()
        .setVersion(template.getVersion())
        .setTokenizer(counter.name())
        .setRevision(found.revision())
        .addAllNotices(found.notices())
        .build();
  }

  /** What a model's text says, by a template's pattern and labels. */
  public ExtractAnswerResponse extract(ExtractAnswerRequest request) {
    return AnswerPattern.of(
            templates.get(
                request.getNamespace(), request.getTemplate(), request.getVersion(), "template"))
        .extract(request.getText());
  }

  private Found find(
      BuildPromptRequest request, PromptTemplate template, Map<String, String> values) {
    ExampleChoice choice = template.getExamples();
    return examples.find(
        request.getNamespace(),
        values.getOrDefault(choice.getQueryVariable(), ""),
        choice.getFilter(),
        mostExamples(request, template),
        request.getMinRevision());
  }

  private static int mostExamples(BuildPromptRequest request, PromptTemplate template) {
    if (!template.hasExamples()) {
      return 0;
    }
    if (request.hasMaxExamples()) {
      return request.getMaxExamples();
    }
    int most = template.getExamples().getMaxExamples();
    return most == 0 ? USUAL_EXAMPLES : most;
  }
}
