package io.mnestic.memory.history;

import io.mnestic.memory.idempotency.Once;
import io.mnestic.memory.indexing.Indexer;
import io.mnestic.memory.log.Draft;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.log.Moment;
import io.mnestic.memory.log.Versions;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.Record;
import io.mnestic.memory.v1.RestoreSnapshotRequest;
import io.mnestic.memory.v1.RestoreSnapshotResponse;
import io.mnestic.memory.v1.Snapshot;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Brings a namespace back to a snapshot, by a new revision. */
@Singleton
public final class RestoreSnapshot {
  private final MemoryLog log;
  private final Indexer indexer;
  private final HistorySettings settings;

  RestoreSnapshot(MemoryLog log, Indexer indexer, HistorySettings settings) {
    this.log = log;
    this.indexer = indexer;
    this.settings = settings;
  }

  /**
   * Restores what a snapshot holds, all or nothing.
   *
   * @throws Refusal as the contract lists them
   */
  public RestoreSnapshotResponse restore(RestoreSnapshotRequest request) {
    Once once = Once.of("RestoreSnapshot", request.getRequestId(), request);
    try (LogView view = log.view()) {
      StoredNamespace seen = view.namespace(request.getNamespace());
      indexer.checkRoom(seen);
      Optional<Target> target =
          view.snapshot(seen.getUid(), request.getSnapshot())
              .map(snapshot -> Target.of(view, seen, snapshot, settings));
      return log.commit(
          target.map(Target::bytes).orElse(0),
          draft -> {
            StoredNamespace namespace = draft.namespace(request.getNamespace());
            return once.answer(
                    draft,
                    namespace,
                    RestoreSnapshotResponse.parser(),
                    () ->
                        target
                            .filter(it -> namespace.getUid() == seen.getUid())
                            .orElseThrow(() ->
                                ReadSnapshots.notFound(
                                    request.getNamespace(), request.getSnapshot()))
                            .restore(draft, namespace, settings))
                .reply();
          });
    }
  }

  /**
   * What is to be there again.
   *
   * @param then reads as of the snapshot
   * @param seen the namespace when the differences were looked for
   * @param ids of the memories that differed
   * @param names collections and ids of the records that differed
   * @param bytes about how much is to be written
   */
  private record Target(
      LogView then, StoredNamespace seen, Set<String> ids, Set<Record> names, int bytes) {
    static Target of(
        LogView view, StoredNamespace namespace, Snapshot snapshot, HistorySettings settings) {
      Moment moment = Moment.at(snapshot.getRevision(), "snapshot");
      LogView then = view.at(namespace.getNamespace().getName(), moment).view();
      Differences differences =
          Differences.of(
              view,
              then,
              namespace.getUid(),
              namespace.getNamespace().getRevision(),
              snapshot.getRevision(),
              settings);
      Target target =
          new Target(
              then,
              namespace,
              new TreeSet<>(),
              new TreeSet<>(
                  Comparator.comparing(Record::getCollection).thenComparing(Record::getId)),
              (int) differences.bytes());
      for (Versions<Memory> versions : differences.memories()) {
        Memory any = versions.after() == null ? versions.before() : versions.after();
        target.ids.add(any == null ? "" : any.getId());
      }
      for (Versions<Record> versions : differences.records()) {
        Record any = versions.after() == null ? versions.before() : versions.after();
        target.names.add(any == null ? Record.getDefaultInstance() : name(any));
      }
      return target;
    }

    RestoreSnapshotResponse restore(
        Draft draft, StoredNamespace namespace, HistorySettings settings) {
      // What was written since the differences were looked for may differ too.
      for (LogEntry entry : draft.entriesAfter(namespace, seen.getPosition())) {
        entry.getMemoriesList().forEach(memory -> ids.add(memory.getId()));
        ids.addAll(entry.getDeletedMemoriesList());
        entry.getRecordsList().forEach(record -> names.add(name(record)));
        names.addAll(entry.getDeletedRecordsList());
      }
      long uid = namespace.getUid();
      Rewrite rewrite = new Rewrite(draft, namespace, settings);
      for (String id : ids) {
        Optional<Memory> current = draft.memory(uid, id);
        Optional<Memory> wanted = then.memory(uid, id);
        if (wanted.isEmpty()) {
          current.ifPresent(rewrite::delete);
        } else if (!Content.sameState(current, wanted)) {
          rewrite.write(then.whole(uid, wanted.get()));
        }
      }
      for (Record name : names) {
        Optional<Record> current = draft.record(uid, name.getCollection(), name.getId());
        Optional<Record> wanted = then.record(uid, name.getCollection(), name.getId());
        if (wanted.isEmpty()) {
          current.ifPresent(rewrite::delete);
        } else if (!Content.sameRecord(current, wanted)) {
          rewrite.write(wanted.get());
        }
      }
      return RestoreSnapshotResponse.newBuilder()
          .setRevision(rewrite.append(draft))
          .setWritten(rewrite.written())
          .setDeleted(rewrite.deleted())
          .build();
    }

    private static Record name(Record record) {
      return Record.newBuilder()
          .setCollection(record.getCollection())
          .setId(record.getId())
          .build();
    }
  }
}
