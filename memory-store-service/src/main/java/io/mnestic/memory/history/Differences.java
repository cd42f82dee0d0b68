package io.mnestic.memory.history;

import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.Page;
import io.mnestic.memory.log.Versions;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All that two revisions do not have alike.
 *
 * @param memories the versions after with all their vectors
 * @param records the records
 * @param bytes of the versions after, about
 */
record Differences(List<Versions<Memory>> memories, List<Versions<Record>> records, long bytes) {
  private static final int PAGE = 1_000;

  /**
   * Reads them.
   *
   * @throws io.mnestic.wire.Refusal CHANGE_TOO_LARGE
   */
  static Differences of(
      LogView view, LogView after, long uid, long from, long to, HistorySettings settings) {
    List<Versions<Memory>> memories = new ArrayList<>();
    List<Versions<Record>> records = new ArrayList<>();
    long bytes = 0;
    String lastId = "";
    Page<Versions<Memory>> page;
    do {
      page = view.memoryDifferences(uid, from, to, lastId, PAGE);
      for (Versions<Memory> versions : page.items()) {
        Memory wanted = versions.after();
        Memory old = versions.before();
        if (wanted != null) {
          wanted = after.whole(uid, wanted);
          bytes += wanted.getSerializedSize();
          lastId = wanted.getId();
        } else if (old != null) {
          lastId = old.getId();
        }
        settings.checkSize(bytes);
        memories.add(new Versions<>(old, wanted));
      }
    } while (page.more());
    Optional<Record> last = Optional.empty();
    Page<Versions<Record>> recordPage;
    do {
      recordPage = view.recordDifferences(uid, from, to, last, PAGE);
      for (Versions<Record> versions : recordPage.items()) {
        Record wanted = versions.after();
        bytes += wanted == null ? 0 : wanted.getSerializedSize();
        settings.checkSize(bytes);
        records.add(versions);
        last = Optional.ofNullable(wanted == null ? versions.before() : wanted);
      }
    } while (recordPage.more());
    return new Differences(memories, records, bytes);
  }
}
