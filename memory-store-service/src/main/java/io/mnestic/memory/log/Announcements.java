package io.mnestic.memory.log;

import io.mnestic.store.v1.StoredNamespace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What listeners are told once a group is on disk: of each change that was kept. */
final class Announcements {
  private final Map<Long, StoredNamespace> grown = new LinkedHashMap<>();
  private final List<Long> dropped = new ArrayList<>();
  private final List<StoredNamespace> grownHere = new ArrayList<>();
  private final List<Long> droppedHere = new ArrayList<>();

  /** The change under way gives a namespace new entries. */
  void grow(StoredNamespace namespace) {
    grownHere.add(namespace);
  }

  /** The change under way deletes a namespace. */
  void drop(long uid) {
    droppedHere.add(uid);
  }

  /** Keeps what the change just applied did. */
  void keep() {
    grownHere.forEach(namespace -> grown.put(namespace.getUid(), namespace));
    dropped.addAll(droppedHere);
    undo();
  }

  /** Forgets what the change just refused did. */
  void undo() {
    grownHere.clear();
    droppedHere.clear();
  }

  /** Namespaces with new entries, in their last state. */
  Collection<StoredNamespace> grown() {
    return grown.values();
  }

  List<Long> dropped() {
    return dropped;
  }
}
