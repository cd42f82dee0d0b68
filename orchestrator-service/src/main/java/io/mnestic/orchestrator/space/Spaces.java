package io.mnestic.orchestrator.space;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.grpc.StatusRuntimeException;
import io.mnestic.encoder.v1.Model;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.CreateNamespaceRequest;
import io.mnestic.memory.v1.GetNamespaceRequest;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.memory.v1.VectorSpace;
import io.mnestic.orchestrator.peers.PeerFailure;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.time.Duration;

/** The vector space of each namespace, remembered for a short while. */
@Singleton
public final class Spaces {
  private static final int MOST = 10_000;
  private static final Duration REMEMBERED = Duration.ofSeconds(30);

  private final MemoryStoreServiceBlockingStub store;
  private final Models models;
  private final Cache<String, VectorSpace> known =
      Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(REMEMBERED).build();

  Spaces(MemoryStoreServiceBlockingStub store, Models models) {
    this.store = store;
    this.models = models;
  }

  /**
   * The space of a namespace.
   *
   * @throws StatusRuntimeException NAMESPACE_NOT_FOUND, from the store
   */
  public VectorSpace of(String namespace) {
    VectorSpace space = known.getIfPresent(namespace);
    return space == null ? read(namespace) : space;
  }

  /** Drops what is known of a namespace that turned out to be another one. */
  public void forget(String namespace) {
    known.invalidate(namespace);
  }

  /**
   * Makes sure that a namespace is there.
   *
   * @param model for a namespace that is created; empty for the encoder's default
   * @throws Refusal UNKNOWN_MODEL, ENCODER_UNAVAILABLE, or NAMESPACE_EXISTS when it is there with
   *     another model than the one that is named
   */
  public void ensure(String namespace, String model) {
    try {
      requireModel(namespace, read(namespace), model);
    } catch (StatusRuntimeException e) {
      if (!PeerFailure.is(e, Reason.REASON_NAMESPACE_NOT_FOUND)) {
        throw e;
      }
      create(namespace, models.model(model));
    }
  }

  private VectorSpace read(String namespace) {
    VectorSpace space =
        store
            .getNamespace(GetNamespaceRequest.newBuilder().setNamespace(namespace).build())
            .getNamespace()
            .getVectorSpaces(0);
    known.put(namespace, space);
    return space;
  }

  private void create(String namespace, Model model) {
    VectorSpace space =
        VectorSpace.newBuilder()
            .setModel(model.getName())
            .setModelRevision(model.getRevision())
            .setDimensions(model.getDimensions())
            .build();
    store.createNamespace(
        CreateNamespaceRequest.newBuilder()
            .setNamespace(Namespace.newBuilder().setName(namespace).addVectorSpaces(space))
            .build());
    known.put(namespace, space);
  }

  private static void requireModel(String namespace, VectorSpace space, String model) {
    if (!model.isEmpty() && !space.getModel().equals(model)) {
      throw Refusal.of(
              Reason.REASON_NAMESPACE_EXISTS,
              "namespace '"
                  + namespace
                  + "' exists with model '"
                  + space.getModel()
                  + "': leave model empty or name that one")
          .withField("model");
    }
  }
}
