package io.mnestic.orchestrator;

import io.mnestic.orchestrator.template.BuildPrompt;
import io.mnestic.orchestrator.template.PutTemplate;
import io.mnestic.orchestrator.template.Templates;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc;
import io.mnestic.wire.CallTable;
import jakarta.inject.Singleton;

/** Calls on templates and the prompts that are built from them. */
@Singleton
final class PromptCalls {
  private final PutTemplate putTemplate;
  private final Templates templates;
  private final BuildPrompt buildPrompt;

  PromptCalls(PutTemplate putTemplate, Templates templates, BuildPrompt buildPrompt) {
    this.putTemplate = putTemplate;
    this.templates = templates;
    this.buildPrompt = buildPrompt;
  }

  void addTo(CallTable table) {
    table
        .unary(OrchestratorServiceGrpc.getPutTemplateMethod(), putTemplate::put)
        .unary(
            OrchestratorServiceGrpc.getGetTemplateMethod(),
            request ->
                templates.get(request.getNamespace(), request.getName(), request.getVersion()))
        .unary(OrchestratorServiceGrpc.getListTemplatesMethod(), templates::list)
        .unary(OrchestratorServiceGrpc.getDeleteTemplateMethod(), templates::delete)
        .unary(OrchestratorServiceGrpc.getBuildPromptMethod(), buildPrompt::build)
        .unary(OrchestratorServiceGrpc.getExtractAnswerMethod(), buildPrompt::extract);
  }
}
