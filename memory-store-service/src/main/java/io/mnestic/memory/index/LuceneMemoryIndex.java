package io.mnestic.memory.index;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.IOUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link MemoryIndex} of embedded Lucene: a folder for each namespace's number. */
public final class LuceneMemoryIndex implements MemoryIndex {
  private static final Logger LOG = LoggerFactory.getLogger(LuceneMemoryIndex.class);

  private final Path folder;
  private final IndexSettings settings;

  /** Indexes under a folder, created if need be. */
  public LuceneMemoryIndex(Path folder, IndexSettings settings) {
    this.folder = folder;
    this.settings = settings;
    try {
      Files.createDirectories(folder);
      // A crash leaves what was indexed for a search of the past.
      IOUtils.rm(passing());
    } catch (IOException e) {
      throw new UncheckedIOException("can not create the index folder " + folder, e);
    }
  }

  @Override
  public NamespaceIndex open(long uid, int dimensions) {
    try {
      try {
        return LuceneNamespaceIndex.open(
            path(uid), stored(uid).orElse(CommitData.NONE), settings, passing());
      } catch (CorruptIndexException
          | IndexFormatTooOldException
          | IndexFormatTooNewException
          | EOFException
          | FileNotFoundException
          | NoSuchFileException e) {
        discard(uid, e);
        return LuceneNamespaceIndex.open(path(uid), CommitData.NONE, settings, passing());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can not open the index of namespace " + uid, e);
    }
  }

  @Override
  public OptionalLong storedPosition(long uid) {
    return stored(uid).map(data -> OptionalLong.of(data.position())).orElse(OptionalLong.empty());
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

  /** What the last commit says; an index that can not be used is removed. */
  private Optional<CommitData> stored(long uid) {
    if (!Files.isDirectory(path(uid))) {
      return Optional.empty();
    }
    try (Directory directory = FSDirectory.open(path(uid))) {
      if (!DirectoryReader.indexExists(directory)) {
        return Optional.empty();
      }
      CommitData data = CommitData.of(SegmentInfos.readLatestCommit(directory).getUserData());
      if (data.format() == CommitData.FORMAT) {
        return Optional.of(data);
      }
      LOG.warn(
          "the index of namespace {} has format {} instead of {}: it is built again",
          uid,
          data.format(),
          CommitData.FORMAT);
    } catch (IOException | RuntimeException e) {
      discard(uid, e);
      return Optional.empty();
    }
    delete(uid);
    return Optional.empty();
  }

  private void discard(long uid, Exception reason) {
    LOG.warn("the index of namespace {} is damaged: it is built again", uid, reason);
    delete(uid);
  }

  private Path passing() {
    return folder.resolve("past");
  }

  private Path path(long uid) {
    return folder.resolve(Long.toString(uid));
  }
}
