package io.mnestic.memory.index;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/**
 * Views of a namespace's past. The last few are kept, as long as the present does not change: then
 * a memory that ended meanwhile has to be taken in, or new vectors.
 */
final class PastViews implements Closeable {
  private static final int KEPT = 2;

  private final Path folder;
  private final Analyzer analyzer;
  private final IndexSettings settings;
  private final Map<Long, Kept> views = new LinkedHashMap<>();
  private boolean closed;

  /**
   * No views yet.
   *
   * @param folder where passing indexes may be put
   */
  PastViews(Path folder, Analyzer analyzer, IndexSettings settings) {
    this.folder = folder;
    this.analyzer = analyzer;
    this.settings = settings;
  }

  /**
   * A view of a revision, which stays open until its reader is released.
   *
   * @param head a view that saw the revision, held by the caller
   */
  synchronized SearchView acquire(SearchView head, long revision, Superseded superseded)
      throws IOException {
    Kept kept = views.remove(revision);
    if (kept != null && !kept.head.equals(head.reader())) {
      kept.view.reader().decRef();
      kept = null;
    }
    if (kept == null) {
      kept = new Kept(head.reader(), view(head, revision, superseded));
    }
    SearchView view = kept.view;
    if (closed) {
      return view;
    }
    view.reader().incRef();
    // Last in the order of use.
    views.put(revision, kept);
    if (views.size() > KEPT) {
      Long oldest = views.keySet().iterator().next();
      release(views.remove(oldest));
    }
    return view;
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    List<Closeable> all = new ArrayList<>();
    views.values().forEach(kept -> all.add(() -> release(kept)));
    views.clear();
    IOUtils.close(all);
  }

  private SearchView view(SearchView head, long revision, Superseded superseded)
      throws IOException {
    Optional<EndedMemories> ended =
        EndedMemories.of(
            folder.resolve(UUID.randomUUID().toString()),
            analyzer,
            settings,
            superseded,
            head.revision());
    Closeable opened = () -> IOUtils.close(ended.orElse(null));
    try {
      PastReader reader = PastReader.of(head.reader(), revision, ended);
      opened = reader;
      return new SearchView(reader, revision, null);
    } catch (Throwable e) {
      IOUtils.closeWhileHandlingException(opened);
      throw e;
    }
  }

  private static void release(@Nullable Kept kept) throws IOException {
    if (kept != null) {
      kept.view.reader().decRef();
    }
  }

  private record Kept(IndexReader head, SearchView view) {}
}
