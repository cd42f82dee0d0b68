package io.mnestic.memory.namespaces;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.log.Draft;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.log.Timeline;
import io.mnestic.memory.v1.CreateNamespaceRequest;
import io.mnestic.memory.v1.CreateNamespaceResponse;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Creates namespaces. */
@Singleton
public final class CreateNamespace {
  private final MemoryLog log;

  CreateNamespace(MemoryLog log) {
    this.log = log;
  }

  /**
   * Creates a namespace, or finds it with the same settings.
   *
   * @throws Refusal NAMESPACE_EXISTS if its settings are others
   */
  public CreateNamespaceResponse create(CreateNamespaceRequest request) {
    return log.commit(request.getSerializedSize(), draft -> create(draft, request.getNamespace()));
  }

  private static CreateNamespaceResponse create(Draft draft, Namespace asked) {
    Optional<StoredNamespace> existing = draft.findNamespace(asked.getName());
    if (existing.isEmpty()) {
      Namespace.Builder settings =
          Namespace.newBuilder()
              .setName(asked.getName())
              .addAllVectorSpaces(asked.getVectorSpacesList())
              .setCreateTime(draft.commitTime(StoredNamespace.getDefaultInstance()))
              .setHistoryRetention(
                  asked.hasHistoryRetention()
                      ? asked.getHistoryRetention()
                      : Timeline.DEFAULT_RETENTION);
      if (asked.hasForgetting()) {
        settings.setForgetting(asked.getForgetting());
      }
      return response(draft.create(settings.build()).getNamespace(), true);
    }
    Namespace stored = existing.get().getNamespace();
    if (!stored.getVectorSpacesList().equals(asked.getVectorSpacesList())) {
      throw Refusal.of(
              Reason.REASON_NAMESPACE_EXISTS,
              "namespace '"
                  + asked.getName()
                  + "' exists with another vector space: use that one, or another name")
          .withField("namespace.vector_spaces");
    }
    if (asked.hasHistoryRetention()
        && !stored.getHistoryRetention().equals(asked.getHistoryRetention())) {
      throw Refusal.of(
              Reason.REASON_NAMESPACE_EXISTS,
              "namespace '"
                  + asked.getName()
                  + "' exists with another history_retention: change it with UpdateNamespace")
          .withField("namespace.history_retention");
    }
    if (asked.hasForgetting() && !stored.getForgetting().equals(asked.getForgetting())) {
      throw Refusal.of(
              Reason.REASON_NAMESPACE_EXISTS,
              "namespace '"
                  + asked.getName()
                  + "' exists with another forgetting policy: change it with UpdateNamespace")
          .withField("namespace.forgetting");
    }
    return response(stored, false);
  }

  private static CreateNamespaceResponse response(Namespace namespace, boolean created) {
    return CreateNamespaceResponse.newBuilder().setNamespace(namespace).setCreated(created).build();
  }
}
