package io.mnestic.memory.transfer;

import io.mnestic.store.v1.StoredNamespace;

/** Where an import goes to, and the file it comes from. */
record Target(StoredNamespace namespace, ImportFile file) {}
