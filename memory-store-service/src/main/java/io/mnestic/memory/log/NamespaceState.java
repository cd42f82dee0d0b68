package io.mnestic.memory.log;

import io.mnestic.store.v1.StoredNamespace;

/**
 * A namespace at the revision that a read asked for.
 *
 * @param namespace as it is now
 * @param revision the revision read
 * @param view reads of the namespace's content, as of that revision; open as long as the view it
 *     came from
 */
public record NamespaceState(StoredNamespace namespace, long revision, LogView view) {}
