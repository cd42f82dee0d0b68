package io.mnestic.orchestrator.fakes;

import com.google.protobuf.Message;
import io.grpc.stub.StreamObserver;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.CreateNamespaceRequest;
import io.mnestic.memory.v1.CreateNamespaceResponse;
import io.mnestic.memory.v1.DeleteMemoriesRequest;
import io.mnestic.memory.v1.DeleteMemoriesResponse;
import io.mnestic.memory.v1.DeleteRecordRequest;
import io.mnestic.memory.v1.DeleteRecordResponse;
import io.mnestic.memory.v1.GetMemoryRequest;
import io.mnestic.memory.v1.GetMemoryResponse;
import io.mnestic.memory.v1.GetNamespaceRequest;
import io.mnestic.memory.v1.GetNamespaceResponse;
import io.mnestic.memory.v1.GetRecordRequest;
import io.mnestic.memory.v1.GetRecordResponse;
import io.mnestic.memory.v1.ListMemoriesRequest;
import io.mnestic.memory.v1.ListMemoriesResponse;
import io.mnestic.memory.v1.ListNamespacesRequest;
import io.mnestic.memory.v1.ListNamespacesResponse;
import io.mnestic.memory.v1.ListRecordsRequest;
import io.mnestic.memory.v1.ListRecordsResponse;
import io.mnestic.memory.v1.ListTurnsRequest;
import io.mnestic.memory.v1.ListTurnsResponse;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceImplBase;
import io.mnestic.memory.v1.PutRecordRequest;
import io.mnestic.memory.v1.PutRecordResponse;
import io.mnestic.memory.v1.PutVectorsRequest;
import io.mnestic.memory.v1.PutVectorsResponse;
import io.mnestic.memory.v1.RecordUsesRequest;
import io.mnestic.memory.v1.RecordUsesResponse;
import io.mnestic.memory.v1.SearchMemoriesRequest;
import io.mnestic.memory.v1.SearchMemoriesResponse;
import io.mnestic.memory.v1.UpdateMemoryRequest;
import io.mnestic.memory.v1.UpdateMemoryResponse;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import io.mnestic.memory.v1.WriteMemoriesResponse;
import io.mnestic.wire.PageToken;
import io.mnestic.wire.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/** A store in memory. One call at a time; search is exact. */
public final class FakeStore extends MemoryStoreServiceImplBase {
  /** How often namespaces were listed. */
  public final AtomicInteger looks = new AtomicInteger();

  /** Writes that are still taken before all fail; negative: all are taken. */
  public final AtomicInteger writesUntilAway = new AtomicInteger(-1);

  /** Writes that were taken, and that failed. */
  public final AtomicInteger changes = new AtomicInteger();

  public final AtomicInteger refusedWrites = new AtomicInteger();

  /** Ids of memories that were said to be used, in order. */
  public final Queue<String> used = new ConcurrentLinkedQueue<>();

  private final Map<String, FakeNamespace> namespaces = new TreeMap<>();

  /** The memories of a namespace with their vectors, by id. */
  public synchronized List<Memory> memories(String namespace) {
    return List.copyOf(find(namespace).memories.values());
  }

  /** Puts a memory in the place of the one with its id, as if it had always been so. */
  public synchronized void replace(String namespace, Memory memory) {
    find(namespace).memories.put(memory.getId(), memory);
  }

  @Override
  public void createNamespace(
      CreateNamespaceRequest request, StreamObserver<CreateNamespaceResponse> observer) {
    answer(
        observer,
        () -> {
          String name = request.getNamespace().getName();
          boolean created =
              namespaces.putIfAbsent(name, new FakeNamespace(request.getNamespace())) == null;
          return CreateNamespaceResponse.newBuilder()
              .setNamespace(find(name).described())
              .setCreated(created)
              .build();
        });
  }

  @Override
  public void getNamespace(
      GetNamespaceRequest request, StreamObserver<GetNamespaceResponse> observer) {
    answer(
        observer,
        () ->
            GetNamespaceResponse.newBuilder()
                .setNamespace(find(request.getNamespace()).described())
                .build());
  }

  @Override
  public void listNamespaces(
      ListNamespacesRequest request, StreamObserver<ListNamespacesResponse> observer) {
    looks.incrementAndGet();
    answer(
        observer,
        () -> {
          ListNamespacesResponse.Builder reply = ListNamespacesResponse.newBuilder();
          namespaces.values().forEach(namespace -> reply.addNamespaces(namespace.described()));
          return reply.build();
        });
  }

  @Override
  public void writeMemories(
      WriteMemoriesRequest request, StreamObserver<WriteMemoriesResponse> observer) {
    change(observer, () -> find(request.getNamespace()).write(request));
  }

  @Override
  public void putVectors(PutVectorsRequest request, StreamObserver<PutVectorsResponse> observer) {
    answer(observer, () -> find(request.getNamespace()).putVectors(request));
  }

  @Override
  public void deleteMemories(
      DeleteMemoriesRequest request, StreamObserver<DeleteMemoriesResponse> observer) {
    answer(observer, () -> find(request.getNamespace()).delete(request));
  }

  @Override
  public void getMemory(GetMemoryRequest request, StreamObserver<GetMemoryResponse> observer) {
    answer(
        observer,
        () ->
            GetMemoryResponse.newBuilder()
                .setMemory(
                    request.getWithVectors()
                        ? find(request.getNamespace()).getWithVectors(request.getId())
                        : find(request.getNamespace()).get(request.getId()))
                .build());
  }

  @Override
  public void updateMemory(
      UpdateMemoryRequest request, StreamObserver<UpdateMemoryResponse> observer) {
    change(observer, () -> find(request.getNamespace()).update(request));
  }

  @Override
  public void listMemories(
      ListMemoriesRequest request, StreamObserver<ListMemoriesResponse> observer) {
    answer(
        observer,
        () -> {
          FakeNamespace namespace = find(request.getNamespace());
          List<Memory> all =
              namespace.memories.values().stream()
                  .filter(memory -> FakeSearch.passes(request.getFilter(), memory))
                  .filter(memory -> !request.getUnencoded() || memory.getVectorsCount() == 0)
                  .filter(memory -> !request.getTokenless() || memory.getTokenVectorsCount() == 0)
                  .map(memory -> memory.toBuilder().clearVectors().clearTokenVectors().build())
                  .toList();
          ListMemoriesRequest bound = request.toBuilder().clearPageSize().clearPageToken().build();
          Page<Memory> page =
              Page.of(bound, request.getPageToken(), request.getPageSize(), all, Memory::getId);
          return ListMemoriesResponse.newBuilder()
              .addAllMemories(page.items())
              .setNextPageToken(page.next())
              .setRevision(namespace.revision)
              .build();
        });
  }

  @Override
  public void recordUses(RecordUsesRequest request, StreamObserver<RecordUsesResponse> observer) {
    used.addAll(request.getIdsList());
    answer(observer, RecordUsesResponse::getDefaultInstance);
  }

  @Override
  public void listTurns(ListTurnsRequest request, StreamObserver<ListTurnsResponse> observer) {
    answer(
        observer,
        () -> {
          FakeNamespace namespace = find(request.getNamespace());
          List<Memory> all = namespace.turns(request.getSession());
          ListTurnsRequest bound = request.toBuilder().clearPageSize().clearPageToken().build();
          Page<Memory> page =
              Page.of(
                  bound,
                  request.getPageToken(),
                  request.getPageSize(),
                  request.getOldestFirst() ? all : all.reversed(),
                  Memory::getId);
          return ListTurnsResponse.newBuilder()
              .addAllTurns(page.items())
              .setNextPageToken(page.next())
              .setRevision(namespace.revision)
              .build();
        });
  }

  @Override
  public void searchMemories(
      SearchMemoriesRequest request, StreamObserver<SearchMemoriesResponse> observer) {
    answer(
        observer,
        () -> {
          FakeNamespace namespace = find(request.getNamespace());
          return FakeSearch.search(request, namespace.memories.values(), namespace.revision);
        });
  }

  @Override
  public void putRecord(PutRecordRequest request, StreamObserver<PutRecordResponse> observer) {
    change(observer, () -> find(request.getNamespace()).put(request));
  }

  @Override
  public void getRecord(GetRecordRequest request, StreamObserver<GetRecordResponse> observer) {
    answer(
        observer,
        () ->
            GetRecordResponse.newBuilder()
                .setRecord(
                    find(request.getNamespace()).record(request.getCollection(), request.getId()))
                .build());
  }

  @Override
  public void listRecords(
      ListRecordsRequest request, StreamObserver<ListRecordsResponse> observer) {
    answer(
        observer,
        () -> {
          ListRecordsRequest bound = request.toBuilder().clearPageSize().clearPageToken().build();
          Page<io.mnestic.memory.v1.Record> page =
              Page.of(
                  bound,
                  request.getPageToken(),
                  request.getPageSize(),
                  find(request.getNamespace()).records(request.getCollection()),
                  io.mnestic.memory.v1.Record::getId);
          return ListRecordsResponse.newBuilder()
              .addAllRecords(page.items())
              .setNextPageToken(page.next())
              .build();
        });
  }

  @Override
  public void deleteRecord(
      DeleteRecordRequest request, StreamObserver<DeleteRecordResponse> observer) {
    change(observer, () -> find(request.getNamespace()).deleteRecord(request));
  }

  private synchronized <T> void change(StreamObserver<T> observer, Supplier<T> call) {
    FakePeer.answer(
        observer,
        () -> {
          if (writesUntilAway.get() == 0) {
            refusedWrites.incrementAndGet();
            throw Refusal.of(Reason.REASON_STORE_UNAVAILABLE, "the store is away");
          }
          writesUntilAway.updateAndGet(left -> left < 0 ? left : left - 1);
          changes.incrementAndGet();
          return call.get();
        });
  }

  private synchronized <T> void answer(StreamObserver<T> observer, Supplier<T> call) {
    FakePeer.answer(observer, call);
  }

  private FakeNamespace find(String name) {
    FakeNamespace namespace = namespaces.get(name);
    if (namespace == null) {
      throw Refusal.of(Reason.REASON_NAMESPACE_NOT_FOUND, "no namespace '" + name + "'")
          .withField("namespace");
    }
    return namespace;
  }

  private record Page<T>(List<T> items, String next) {
    static <T> Page<T> of(
        Message bound, String token, int size, List<T> all, Function<T, String> key) {
      String last = PageToken.lastKey(bound, token);
      int start = 0;
      if (!last.isEmpty()) {
        start = all.stream().map(key).toList().indexOf(last) + 1;
      }
      int end = Math.min(all.size(), start + (size == 0 ? 100 : size));
      return new Page<>(
          all.subList(start, end),
          end == all.size() ? "" : PageToken.after(bound, key.apply(all.get(end - 1))));
    }
  }
}
