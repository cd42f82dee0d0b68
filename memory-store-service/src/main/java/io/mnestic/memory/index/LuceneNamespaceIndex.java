package io.mnestic.memory.index;

import io.mnestic.memory.v1.Memory;
import io.mnestic.store.v1.LogEntry;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
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
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/** One namespace's Lucene index: a writer, and a view that is refreshed when a search needs it. */
final class LuceneNamespaceIndex implements NamespaceIndex {
  /** Many small merges at once would take the processor from searches. */
  private static final int MERGES = 4;

  private static final long REFRESH_PATIENCE_MILLIS = 20;

  private final Directory directory;
  private final IndexWriter writer;
  private final Analyzer analyzer;
  private final IndexSettings settings;
  private final PastViews pasts;

  /** Held while an entry is applied and while a view is made, so that a view has whole entries. */
  private final ReentrantLock entries = new ReentrantLock(true);

  private volatile CommitData applied;
  private volatile long committedPosition;
  private volatile SearchView view;

  private LuceneNamespaceIndex(
      Directory directory,
      IndexWriter writer,
      Analyzer analyzer,
      CommitData committed,
      IndexSettings settings,
      PastViews pasts)
      throws IOException {
    this.directory = directory;
    this.writer = writer;
    this.analyzer = analyzer;
    this.settings = settings;
    this.pasts = pasts;
    this.applied = committed;
    this.committedPosition = committed.position();
    this.view = view(DirectoryReader.open(writer), committed.revision(), null);
  }

  /**
   * Opens an index.
   *
   * @param committed what its last commit says
   * @param passing folder for what is indexed for a search of the past
   */
  static LuceneNamespaceIndex open(
      Path path, CommitData committed, IndexSettings settings, Path passing) throws IOException {
    Analyzer analyzer = new WordAnalyzer();
    Directory directory = FSDirectory.open(path);
    try {
      PastViews pasts = new PastViews(passing, analyzer, settings);
      return open(directory, analyzer, committed, settings, pasts);
    } catch (Throwable e) {
      IOUtils.closeWhileHandlingException(directory, analyzer);
      throw e;
    }
  }

  private static LuceneNamespaceIndex open(
      Directory directory,
      Analyzer analyzer,
      CommitData committed,
      IndexSettings settings,
      PastViews pasts)
      throws IOException {
    IndexWriter writer = new IndexWriter(directory, config(analyzer, settings));
    try {
      return new LuceneNamespaceIndex(directory, writer, analyzer, committed, settings, pasts);
    } catch (Throwable e) {
      IOUtils.closeWhileHandlingException(writer::rollback);
      throw e;
    }
  }

  static IndexWriterConfig config(Analyzer analyzer, IndexSettings settings) {
    ConcurrentMergeScheduler merges = new ConcurrentMergeScheduler();
    merges.setMaxMergesAndThreads(MERGES, 1);
    return new IndexWriterConfig(analyzer)
        .setCodec(GraphFormat.codec(settings))
        .setSimilarity(new BM25Similarity(SearchView.K1, SearchView.B))
        .setMergeScheduler(merges)
        .setRAMBufferSizeMB(settings.bufferMegabytes())
        .setCommitOnClose(false);
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
  public boolean broken() {
    return !writer.isOpen() || writer.getTragicException() != null;
  }

  @Override
  public IndexReading reading(long minRevision) {
    try {
      return new LuceneReading(acquire(minRevision), settings, analyzer);
    } catch (IOException e) {
      throw new UncheckedIOException("can not read the index", e);
    }
  }

  @Override
  public IndexReading past(long revision, Superseded superseded) {
    try {
      return new LuceneReading(acquirePast(revision, superseded), settings, analyzer);
    } catch (IOException e) {
      throw new UncheckedIOException("can not read the past of the index", e);
    }
  }

  /** A view of a revision, whose reader the caller releases. */
  private SearchView acquirePast(long revision, Superseded superseded) throws IOException {
    SearchView head = acquire(revision);
    if (head.revision() == revision) {
      return head;
    }
    try {
      return pasts.acquire(head, revision, superseded);
    } finally {
      head.reader().decRef();
    }
  }

  @Override
  public void close() {
    try {
      commit();
    } finally {
      abandon();
    }
  }

  @Override
  public void abandon() {
    try (directory;
        analyzer;
        Closeable _ = writer::rollback;
        Closeable _ = pasts) {
      view.reader().close();
    } catch (IOException e) {
      throw new UncheckedIOException("can not close the index", e);
    }
  }

  /** A view that stays open until its reader is released. */
  private SearchView acquire(long minRevision) throws IOException {
    while (true) {
      SearchView current = view;
      if (stale(current, minRevision)) {
        refresh(minRevision);
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

  private boolean stale(SearchView current, long minRevision) {
    return mustWait(current, minRevision)
        || current.ageNanos() > settings.refreshInterval().toNanos();
  }

  /** Whether a view lacks something that the search must see. */
  private static boolean mustWait(SearchView current, long minRevision) {
    return current.isOfCommit() || current.revision() < minRevision;
  }

  /**
   * Makes a new view if something changed.
   *
   * @param minRevision if the view is before it, the entry under way is waited for, however long it
   *     takes to apply
   */
  private void refresh(long minRevision) throws IOException {
    try {
      if (mustWait(view, minRevision)) {
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
      if (!stale(old, minRevision)) {
        // Another search made a view while this one waited.
        return;
      }
      DirectoryReader fresh = DirectoryReader.openIfChanged((DirectoryReader) old.reader(), writer);
      if (fresh != null) {
        view = view(fresh, applied.revision(), old);
        old.reader().decRef();
      } else if (old.isOfCommit() || old.revision() < applied.revision()) {
        // A record changed, which no document shows: the same reader stands for both.
        view = new SearchView(old.reader(), applied.revision(), old);
      }
    } finally {
      entries.unlock();
    }
  }

  /** A view of a reader, which is closed if that fails. */
  private static SearchView view(DirectoryReader reader, long revision, @Nullable SearchView before)
      throws IOException {
    try {
      return new SearchView(reader, revision, before);
    } catch (Throwable e) {
      IOUtils.closeWhileHandlingException(reader);
      throw e;
    }
  }
}
