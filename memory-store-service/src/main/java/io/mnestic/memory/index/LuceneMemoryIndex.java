package io.mnestic.memory.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.IOUtils;

/** A {@link MemoryIndex} of embedded Lucene: a folder for each namespace's number. */
public final class LuceneMemoryIndex implements MemoryIndex {
  private final Path folder;
  private final IndexSettings settings;

  /** Indexes under a folder, created if need be. */
  public LuceneMemoryIndex(Path folder, IndexSettings settings) {
    this.folder = folder;
    this.settings = settings;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("can not create the index folder " + folder, e);
    }
  }

  @Override
  public NamespaceIndex open(long uid, int dimensions) {
    try {
      return LuceneNamespaceIndex.open(path(uid), settings);
    } catch (IOException e) {
      throw new UncheckedIOException("can not open the index of namespace " + uid, e);
    }
  }

  @Override
  public OptionalLong storedPosition(long uid) {
    if (!Files.isDirectory(path(uid))) {
      return OptionalLong.empty();
    }
    try (Directory directory = FSDirectory.open(path(uid))) {
      return DirectoryReader.indexExists(directory)
          ? OptionalLong.of(
              CommitData.of(SegmentInfos.readLatestCommit(directory).getUserData()).position())
          : OptionalLong.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("can not read the index of namespace " + uid, e);
    }
  }

  @Override
  public void delete(long uid) {
    try {
      IOUtils.rm(path(uid));
    } catch (IOException e) {
      throw new UncheckedIOException("can not delete the index of namespace " + uid, e);
    }
  }

  @Override
  public Set<Long> stored() {
    try (Stream<Path> names = Files.list(folder)) {
      Set<Long> uids = new TreeSet<>();
      names
          .map(path -> String.valueOf(path.getFileName()))
          .filter(name -> name.matches("[1-9][0-9]{0,17}"))
          .forEach(name -> uids.add(Long.parseLong(name)));
      return uids;
    } catch (IOException e) {
      throw new UncheckedIOException("can not list the index folder " + folder, e);
    }
  }

  private Path path(long uid) {
    return folder.resolve(Long.toString(uid));
  }
}
