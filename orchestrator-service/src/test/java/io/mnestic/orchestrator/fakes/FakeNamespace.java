package io.mnestic.orchestrator.fakes;

import com.google.protobuf.util.Timestamps;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.DeleteMemoriesRequest;
import io.mnestic.memory.v1.DeleteMemoriesResponse;
import io.mnestic.memory.v1.DeleteRecordRequest;
import io.mnestic.memory.v1.DeleteRecordResponse;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryVectors;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.memory.v1.PutRecordRequest;
import io.mnestic.memory.v1.PutRecordResponse;
import io.mnestic.memory.v1.PutVectorsRequest;
import io.mnestic.memory.v1.PutVectorsResponse;
import io.mnestic.memory.v1.Record;
import io.mnestic.memory.v1.UpdateMemoryRequest;
import io.mnestic.memory.v1.UpdateMemoryResponse;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import io.mnestic.memory.v1.WriteMemoriesResponse;
import io.mnestic.memory.v1.WrittenMemory;
import io.mnestic.wire.Refusal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One namespace of the store in memory. */
final class FakeNamespace {
  final TreeMap<String, Memory> memories = new TreeMap<>();
  long revision;

  private final Namespace namespace;
  private final TreeMap<String, Record> records = new TreeMap<>();
  private final Map<String, Long> sequences = new HashMap<>();
  private final Map<String, WriteMemoriesRequest> requests = new HashMap<>();
  private final Map<String, WriteMemoriesResponse> replies = new HashMap<>();
  private final Map<String, PutRecordRequest> puts = new HashMap<>();
  private final Map<String, PutRecordResponse> putReplies = new HashMap<>();
  private int nextId;

  FakeNamespace(Namespace namespace) {
    this.namespace = namespace;
  }

  Namespace described() {
    return namespace.toBuilder()
        .setRevision(revision)
        .setMemoryCount(memories.size())
        .setUnencodedCount(
            memories.values().stream().filter(memory -> memory.getVectorsCount() == 0).count())
        .setTokenlessCount(
            memories.values().stream().filter(memory -> memory.getTokenVectorsCount() == 0).count())
        .build();
  }

  WriteMemoriesResponse write(WriteMemoriesRequest request) {
    WriteMemoriesRequest payload = withoutVectors(request);
    WriteMemoriesResponse earlier = replies.get(request.getRequestId());
    if (earlier != null) {
      if (!payload.equals(requests.get(request.getRequestId()))) {
        throw Refusal.of(Reason.REASON_REQUEST_ID_REUSED, "request_id was used before")
            .withField("request_id");
      }
      return earlier.toBuilder().setReplayed(true).build();
    }
    revision++;
    WriteMemoriesResponse.Builder reply =
        WriteMemoriesResponse.newBuilder().setRevision(revision).setCommitTime(Timestamps.now());
    request.getMemoriesList().forEach(memory -> reply.addMemories(write(memory)));
    if (!request.getRequestId().isEmpty()) {
      requests.put(request.getRequestId(), payload);
      replies.put(request.getRequestId(), reply.build());
    }
    return reply.build();
  }

  PutVectorsResponse putVectors(PutVectorsRequest request) {
    PutVectorsResponse.Builder reply = PutVectorsResponse.newBuilder();
    for (MemoryVectors vectors : request.getMemoriesList()) {
      Memory memory = memories.get(vectors.getId());
      if (memory == null || memory.getRevision() != vectors.getRevision()) {
        reply.addSkippedIds(vectors.getId());
      } else {
        Memory.Builder filled = memory.toBuilder();
        if (vectors.getVectorsCount() > 0) {
          filled.clearVectors().addAllVectors(vectors.getVectorsList());
        }
        if (vectors.getTokenVectorsCount() > 0) {
          filled.clearTokenVectors().addAllTokenVectors(vectors.getTokenVectorsList());
        }
        memories.put(memory.getId(), filled.build());
        reply.setUpdated(reply.getUpdated() + 1);
      }
    }
    return reply.build();
  }

  DeleteMemoriesResponse delete(DeleteMemoriesRequest request) {
    int deleted = 0;
    for (String id : request.getIdsList()) {
      if (!request.getAllowMissing()) {
        get(id);
      }
    }
    for (String id : request.getIdsList()) {
      deleted += memories.remove(id) == null ? 0 : 1;
    }
    revision += deleted == 0 ? 0 : 1;
    return DeleteMemoriesResponse.newBuilder().setDeleted(deleted).setRevision(revision).build();
  }

  Memory get(String id) {
    Memory memory = memories.get(id);
    if (memory == null) {
      throw Refusal.of(Reason.REASON_MEMORY_NOT_FOUND, "no memory '" + id + "'").withField("ids");
    }
    return memory.toBuilder().clearVectors().clearTokenVectors().build();
  }

  Memory getWithVectors(String id) {
    Memory memory = memories.get(id);
    return memory == null ? get(id) : memory;
  }

  /** Takes the paths that this service updates. */
  UpdateMemoryResponse update(UpdateMemoryRequest request) {
    Memory there = getWithVectors(request.getMemory().getId());
    Memory.Builder changed = there.toBuilder();
    for (String path : request.getUpdateMask().getPathsList()) {
      switch (path) {
        case "valid_to" -> changed.setValidTo(request.getMemory().getValidTo());
        case "source_ids" ->
            changed.clearSourceIds().addAllSourceIds(request.getMemory().getSourceIdsList());
        default -> throw new IllegalArgumentException(path);
      }
    }
    changed.setRevision(++revision);
    memories.put(changed.getId(), changed.build());
    return UpdateMemoryResponse.newBuilder().setMemory(changed.clearVectors()).build();
  }

  List<Memory> turns(String session) {
    return memories.values().stream()
        .filter(memory -> memory.hasTurn() && memory.getTurn().getSession().equals(session))
        .sorted(Comparator.comparingLong(memory -> memory.getTurn().getSequence()))
        .map(memory -> memory.toBuilder().clearVectors().clearTokenVectors().build())
        .toList();
  }

  PutRecordResponse put(PutRecordRequest request) {
    PutRecordResponse earlier = putReplies.get(request.getRequestId());
    if (earlier != null) {
      if (!request.equals(puts.get(request.getRequestId()))) {
        throw Refusal.of(Reason.REASON_REQUEST_ID_REUSED, "request_id was used before")
            .withField("request_id");
      }
      return earlier;
    }
    PutRecordResponse reply = putOnce(request);
    if (!request.getRequestId().isEmpty()) {
      puts.put(request.getRequestId(), request);
      putReplies.put(request.getRequestId(), reply);
    }
    return reply;
  }

  private PutRecordResponse putOnce(PutRecordRequest request) {
    Record record = request.getRecord();
    String key = key(record.getCollection(), record.getId());
    Record there = records.get(key);
    boolean mismatch =
        (request.getIfAbsent() && there != null)
            || (!request.getIfEtag().isEmpty()
                && (there == null || !there.getEtag().equals(request.getIfEtag())));
    if (mismatch) {
      throw Refusal.of(Reason.REASON_ETAG_MISMATCH, "the record changed");
    }
    revision++;
    Record stored =
        record.toBuilder()
            .setEtag("e" + revision)
            .setRevision(revision)
            .setCreateTime(there == null ? Timestamps.now() : there.getCreateTime())
            .setUpdateTime(Timestamps.now())
            .build();
    records.put(key, stored);
    return PutRecordResponse.newBuilder().setRecord(stored.toBuilder().clearData().build()).build();
  }

  Record record(String collection, String id) {
    Record record = records.get(key(collection, id));
    if (record == null) {
      throw Refusal.of(Reason.REASON_RECORD_NOT_FOUND, "no record '" + id + "'").withField("id");
    }
    return record;
  }

  List<Record> records(String collection) {
    return new ArrayList<>(records.subMap(key(collection, ""), key(collection, "\uffff")).values());
  }

  DeleteRecordResponse deleteRecord(DeleteRecordRequest request) {
    Record there = record(request.getCollection(), request.getId());
    if (!request.getIfEtag().isEmpty() && !there.getEtag().equals(request.getIfEtag())) {
      throw Refusal.of(Reason.REASON_ETAG_MISMATCH, "the record changed");
    }
    records.remove(key(request.getCollection(), request.getId()));
    revision++;
    return DeleteRecordResponse.newBuilder().setRevision(revision).build();
  }

  private WrittenMemory write(Memory memory) {
    Memory.Builder stored = memory.toBuilder().setRevision(revision);
    if (memory.getId().isEmpty()) {
      stored.setId("m%08d".formatted(nextId++));
    }
    if (memory.getValue().isEmpty()) {
      stored.setValue(memory.getKey());
    }
    if (memory.hasTurn()) {
      stored
          .getTurnBuilder()
          .setSequence(sequences.merge(memory.getTurn().getSession(), 1L, Long::sum));
      if (!memory.getTurn().hasSaidTime()) {
        stored.getTurnBuilder().setSaidTime(Timestamps.now());
      }
    }
    boolean created = memories.put(stored.getId(), stored.build()) == null;
    return WrittenMemory.newBuilder()
        .setId(stored.getId())
        .setSequence(stored.getTurn().getSequence())
        .setCreated(created)
        .build();
  }

  private static WriteMemoriesRequest withoutVectors(WriteMemoriesRequest request) {
    WriteMemoriesRequest.Builder payload = request.toBuilder();
    payload.getMemoriesBuilderList().forEach(memory -> memory.clearVectors().clearTokenVectors());
    return payload.build();
  }

  private static String key(String collection, String id) {
    return collection + "/" + id;
  }
}
