package io.mnestic.memory.index;

import io.mnestic.memory.v1.Memory;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.IOUtils;

/**
 * A passing index of memories that ended. In files like the present one's, so that it takes no more
 * memory than that, and so that Lucene computes both's scores by the same path, to the last bit;
 * never synced, and deleted with its folder when closed.
 */
final class EndedMemories implements Closeable {
  private final Path folder;
  private final Directory directory;
  private final IndexWriter writer;
  private final DirectoryReader reader;

  private EndedMemories(
      Path folder, Directory directory, IndexWriter writer, DirectoryReader reader) {
    this.folder = folder;
    this.directory = directory;
    this.writer = writer;
    this.reader = reader;
  }

  /**
   * Indexes what is given.
   *
   * @param head the revision up to which memories ended
   * @return nothing if there are none
   */
  static Optional<EndedMemories> of(
      Path folder, Analyzer analyzer, IndexSettings settings, Superseded superseded, long head)
      throws IOException {
    Directory directory = FSDirectory.open(folder);
    IndexWriter writer = null;
    try {
      writer = new IndexWriter(directory, LuceneNamespaceIndex.config(analyzer, settings));
      IndexWriter into = writer;
      superseded.upTo(head, memory -> add(into, memory));
      if (writer.getDocStats().numDocs == 0) {
        IOUtils.close(writer::rollback, directory, () -> IOUtils.rm(folder));
        return Optional.empty();
      }
      return Optional.of(
          new EndedMemories(folder, directory, writer, DirectoryReader.open(writer)));
    } catch (Throwable e) {
      IOUtils.closeWhileHandlingException(
          writer == null ? null : writer::rollback, directory, () -> IOUtils.rm(folder));
      throw e;
    }
  }

  DirectoryReader reader() {
    return reader;
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(reader, writer::rollback, directory, () -> IOUtils.rm(folder));
  }

  private static void add(IndexWriter writer, Memory memory) {
    try {
      writer.addDocuments(MemoryDocuments.of(memory, 0));
    } catch (IOException e) {
      throw new UncheckedIOException("can not index a memory of the past", e);
    }
  }
}
