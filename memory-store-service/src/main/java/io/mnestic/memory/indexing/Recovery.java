package io.mnestic.memory.indexing;

import io.mnestic.memory.index.MemoryIndex;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.log.Page;
import io.mnestic.store.v1.StoredNamespace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the indexes and the log together again when the store starts. */
public final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  private static final int PAGE = 1_000;

  private final MemoryLog log;
  private final MemoryIndex index;
  private final Indexer indexer;

  /** A recovery of these. */
  public Recovery(MemoryLog log, MemoryIndex index, Indexer indexer) {
    this.log = log;
    this.index = index;
    this.indexer = indexer;
  }

  /**
   * Removes indexes whose namespace is gone, and starts to bring those up to date that a crash left
   * behind; a search of one waits for that.
   */
  public void run() {
    List<StoredNamespace> namespaces = namespaces();
    Set<Long> gone = new HashSet<>(index.stored());
    long entries = 0;
    int behind = 0;
    for (StoredNamespace namespace : namespaces) {
      gone.remove(namespace.getUid());
      long missing = namespace.getPosition() - usablePosition(namespace);
      if (missing > 0) {
        entries += missing;
        behind++;
        indexer.follow(namespace);
      }
    }
    gone.forEach(index::delete);
    LOG.info(
        "{} namespaces; {} log entries of {} namespaces are being indexed again",
        namespaces.size(),
        entries,
        behind);
  }

  /** How far the stored index got; one that knows more than the log can not be trusted. */
  private long usablePosition(StoredNamespace namespace) {
    long stored = index.storedPosition(namespace.getUid()).orElse(0);
    if (stored <= namespace.getPosition()) {
      return stored;
    }
    LOG.warn(
        "the index of namespace {} is at {} and its log at {}: it is built again",
        namespace.getUid(),
        stored,
        namespace.getPosition());
    index.delete(namespace.getUid());
    return 0;
  }

  private List<StoredNamespace> namespaces() {
    List<StoredNamespace> all = new ArrayList<>();
    try (LogView view = log.view()) {
      Page<StoredNamespace> page = view.namespaces("", PAGE);
      all.addAll(page.items());
      while (page.more()) {
        page = view.namespaces(all.getLast().getNamespace().getName(), PAGE);
        all.addAll(page.items());
      }
    }
    return all;
  }
}
