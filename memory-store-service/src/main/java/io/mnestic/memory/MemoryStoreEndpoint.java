package io.mnestic.memory;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc;
import io.mnestic.wire.CallTable;
import jakarta.inject.Singleton;

/** The wire side of {@code MemoryStoreService}: takes a call, has it done, answers. */
@Singleton
final class MemoryStoreEndpoint implements BindableService {
  private final ServerServiceDefinition calls;

  MemoryStoreEndpoint(
      NamespaceCalls namespaces,
      WriteCalls writes,
      ReadCalls reads,
      StreamCalls streams,
      HistoryCalls history,
      ForgettingCalls forgetting,
      RecordCalls records) {
    CallTable table = new CallTable(MemoryStoreServiceGrpc.getServiceDescriptor());
    namespaces.addTo(table);
    writes.addTo(table);
    reads.addTo(table);
    streams.addTo(table);
    history.addTo(table);
    forgetting.addTo(table);
    records.addTo(table);
    this.calls = table.build();
  }

  @Override
  public ServerServiceDefinition bindService() {
    return calls;
  }
}
