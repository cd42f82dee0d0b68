package io.mnestic.memory.index;

import io.mnestic.memory.v1.Memory;
import io.mnestic.store.v1.LogEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/** One namespace's Lucene index: a writer, and a view that is refreshed when a search needs it. */
final class LuceneNamespaceIndex implements NamespaceIndex {
  /** Many small merges at once would take the processor from searches. */
  private static final int MERGES = 4;

  private static final long REFRESH_PATIENCE_MILLIS = 20;

  private final Directory directory;
  private final IndexWriter writer;
  private final Analyzer analyzer;
  private final IndexSettings settings;

  /** Held while an entry is applied and while a view is made, so that a view has whole entries. */
  private final ReentrantLock entries = new ReentrantLock(true);

  private volatile CommitData applied;
  private volatile long committedPosition;
  private volatile SearchView view;

  private LuceneNamespaceIndex(
      Directory directory, IndexWriter writer, Analyzer analyzer, IndexSettings settings)
      throws IOException {
    this.directory = directory;
    this.writer = writer;
    this.analyzer = analyzer;
    this.settings = settings;
    Map<String, String> userData = new HashMap<>();
    Iterable<Map.Entry<String, String>> stored = writer.getLiveCommitData();
    if (stored != null) {
      stored.forEach(entry -> userData.put(entry.getKey(), entry.getValue()));
    }
    this.applied = CommitData.of(userData);
    this.committedPosition = applied.position();
    this.view = new SearchView(DirectoryReader.open(writer), applied.revision(), null);
  }

  static LuceneNamespaceIndex open(Path path, IndexSettings settings) throws IOException {
    Analyzer analyzer = new WordAnalyzer();
    ConcurrentMergeScheduler merges = new ConcurrentMergeScheduler();
    merges.setMaxMergesAndThreads(MERGES, 1);
    Directory directory = FSDirectory.open(path);
    try {
      IndexWriter writer =
          new IndexWriter(
              directory,
              new IndexWriterConfig(analyzer)
                  .setCodec(GraphFormat.codec(settings))
                  .setSimilarity(new BM25Similarity(SearchView.K1, SearchView.B))
                  .setMergeScheduler(merges)
                  .setRAMBufferSizeMB(settings.bufferMegabytes())
                  .setCommitOnClose(false));
      return new LuceneNamespaceIndex(directory, writer, analyzer, settings);
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  @Override
  public long appliedPosition() {
    return applied.position();
  }

  @Override
  public long appliedRevision() {
    return applied.revision();
  }

  @Override
  public void apply(LogEntry entry) {
    entries.lock();
    try {
      for (String id : entry.getDeletedMemoriesList()) {
        writer.deleteDocuments(new Term(Fields.ID, id));
      }
      for (Memory memory : entry.getMemoriesList()) {
        writer.updateDocuments(
            new Term(Fields.ID, memory.getId()), MemoryDocuments.of(memory, entry.getPosition()));
      }
      applied = new CommitData(entry.getPosition(), entry.getRevision());
    } catch (IOException e) {
      throw new UncheckedIOException("can not index entry " + entry.getPosition(), e);
    } finally {
      entries.unlock();
    }
  }

  @Override
  public boolean uncommitted() {
    return committedPosition < applied.position();
  }

  @Override
  public void commit() {
    try {
      // Entries applied meanwhile may get into the commit; they are then applied twice.
      CommitData data = applied;
      writer.setLiveCommitData(data.toUserData().entrySet());
      writer.commit();
      committedPosition = data.position();
    } catch (IOException e) {
      throw new UncheckedIOException("can not commit the index", e);
    }
  }

  @Override
  public IndexAnswer search(IndexQuery query) {
    try {
      SearchView current = acquire(query.minRevision());
      try {
        return new Search(current, query, settings, analyzer).run();
      } finally {
        current.reader().decRef();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can not search the index", e);
    }
  }

  @Override
  public void close() {
    commit();
    abandon();
  }

  @Override
  public void abandon() {
    try (directory;
        analyzer) {
      view.reader().close();
      writer.rollback();
    } catch (IOException e) {
      throw new UncheckedIOException("can not close the index", e);
    }
  }

  /** A view that stays open until its reader is released. */
  private SearchView acquire(long minRevision) throws IOException {
    while (true) {
      SearchView current = view;
      boolean late = current.revision() < minRevision;
      if (late || current.ageNanos() > settings.refreshInterval().toNanos()) {
        refresh(late);
        current = view;
      }
      if (current.reader().tryIncRef()) {
        return current;
      }
      if (!writer.isOpen()) {
        throw new AlreadyClosedException("the index is closed");
      }
    }
  }

  /**
   * Makes a new view if something changed.
   *
   * @param patient wait for the entry under way, however long it takes to apply
   */
  private void refresh(boolean patient) throws IOException {
    try {
      if (patient) {
        entries.lockInterruptibly();
      } else if (!entries.tryLock(REFRESH_PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    try {
      SearchView old = view;
      DirectoryReader fresh = DirectoryReader.openIfChanged(old.reader(), writer);
      if (fresh != null) {
        view = new SearchView(fresh, applied.revision(), old);
        old.reader().decRef();
      } else if (old.revision() < applied.revision()) {
        // A record changed, which no document shows: the same reader stands for both.
        view = new SearchView(old.reader(), applied.revision(), old);
      }
    } finally {
      entries.unlock();
    }
  }
}
