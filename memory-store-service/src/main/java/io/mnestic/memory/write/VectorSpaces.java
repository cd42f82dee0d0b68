package io.mnestic.memory.write;

import io.mnestic.error.v1.Reason;
import io.mnestic.memory.log.Draft;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;

/** The space that a namespace's vectors live in. */
public final class VectorSpaces {
  private VectorSpaces() {}

  /** Length of the namespace's vectors. */
  public static int dimensions(StoredNamespace namespace) {
    return namespace.getNamespace().getVectorSpaces(0).getDimensions();
  }

  /**
   * The namespace as the draft has it, if it is still the one that vectors were checked for.
   *
   * @throws Refusal NAMESPACE_NOT_FOUND if it was deleted meanwhile
   */
  public static StoredNamespace unchanged(Draft draft, StoredNamespace checked) {
    String name = checked.getNamespace().getName();
    StoredNamespace namespace = draft.namespace(name);
    if (namespace.getUid() != checked.getUid()) {
      throw Refusal.of(
              Reason.REASON_NAMESPACE_NOT_FOUND,
              "the namespace '" + name + "' was deleted and created again meanwhile: repeat")
          .withField("namespace");
    }
    return namespace;
  }
}
