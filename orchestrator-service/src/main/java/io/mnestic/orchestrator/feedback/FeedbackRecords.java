package io.mnestic.orchestrator.feedback;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.mnestic.memory.v1.ListRecordsRequest;
import io.mnestic.memory.v1.ListRecordsResponse;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc.MemoryStoreServiceBlockingStub;
import io.mnestic.memory.v1.PutRecordRequest;
import io.mnestic.memory.v1.PutRecordResponse;
import io.mnestic.memory.v1.Record;
import io.mnestic.orchestrator.remembering.RequestIds;
import io.mnestic.orchestrator.v1.Feedback;
import io.mnestic.orchestrator.v1.ListFeedbackRequest;
import io.mnestic.orchestrator.v1.ListFeedbackResponse;
import io.mnestic.orchestrator.v1.RecordFeedbackRequest;
import io.mnestic.orchestrator.v1.RecordFeedbackResponse;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The feedback records of the store, one record of the collection {@code feedback} each. */
@Singleton
public final class FeedbackRecords {
  private static final String COLLECTION = "feedback";

  private final MemoryStoreServiceBlockingStub store;

  FeedbackRecords(MemoryStoreServiceBlockingStub store) {
    this.store = store;
  }

  /** Lists feedback by the time of its recall. */
  public ListFeedbackResponse list(ListFeedbackRequest request) {
    ListRecordsResponse page =
        store.listRecords(
            ListRecordsRequest.newBuilder()
                .setNamespace(request.getNamespace())
                .setCollection(COLLECTION)
                .setPageSize(request.getPageSize())
                .setPageToken(request.getPageToken())
                .build());
    ListFeedbackResponse.Builder reply =
        ListFeedbackResponse.newBuilder().setNextPageToken(page.getNextPageToken());
    page.getRecordsList().forEach(record -> reply.addFeedback(parse(record)));
    return reply.build();
  }

  RecordFeedbackResponse put(RecordFeedbackRequest request, Feedback feedback) {
    String id = id(request, feedback);
    PutRecordResponse written =
        store.putRecord(
            PutRecordRequest.newBuilder()
                .setNamespace(request.getNamespace())
                .setRequestId(RequestIds.of("feedback", request.getRequestId()))
                .setRecord(
                    Record.newBuilder()
                        .setCollection(COLLECTION)
                        .setId(id)
                        .setData(feedback.toByteString()))
                .build());
    return RecordFeedbackResponse.newBuilder()
        .setFeedbackId(id)
        .setRevision(written.getRecord().getRevision())
        .build();
  }

  /**
   * The recall's time, so that records lie in its order, and a part that is the same for a call
   * that is repeated: one request_id must always write the same record.
   */
  private static String id(RecordFeedbackRequest request, Feedback feedback) {
    UUID unique =
        request.getRequestId().isEmpty()
            ? UUID.randomUUID()
            : UUID.nameUUIDFromBytes(request.getRequestId().getBytes(StandardCharsets.UTF_8));
    return "%012x-%s".formatted(Timestamps.toMillis(feedback.getRecallTime()), unique);
  }

  private static Feedback parse(Record record) {
    try {
      return Feedback.parseFrom(record.getData()).toBuilder()
          .setId(record.getId())
          .setCreateTime(record.getCreateTime())
          .build();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("feedback record " + record.getId() + " is damaged", e);
    }
  }
}
