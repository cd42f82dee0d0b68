package io.mnestic.orchestrator;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.mnestic.orchestrator.v1.OrchestratorServiceGrpc;
import io.mnestic.wire.CallTable;
import jakarta.inject.Singleton;

/** The wire side of {@code OrchestratorService}: each call goes to the one class that does it. */
@Singleton
final class OrchestratorEndpoint implements BindableService {
  private final ServerServiceDefinition calls;

  OrchestratorEndpoint(
      SessionCalls sessions,
      RecallCalls recall,
      MemoryCalls memories,
      PromptCalls prompts,
      DocumentCalls documents) {
    CallTable table = new CallTable(OrchestratorServiceGrpc.getServiceDescriptor());
    sessions.addTo(table);
    recall.addTo(table);
    memories.addTo(table);
    prompts.addTo(table);
    documents.addTo(table);
    this.calls = table.build();
  }

  @Override
  public ServerServiceDefinition bindService() {
    return calls;
  }
}
