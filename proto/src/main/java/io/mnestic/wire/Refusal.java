package io.mnestic.wire;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.mnestic.error.v1.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A call refused for a {@link Reason} that the caller can act on. Thrown anywhere below an
 * endpoint, or given to {@code StreamObserver.onError}; {@link WireInterceptor} turns it into a
 * {@code google.rpc.Status}. Immutable: each {@code with} method gives a new one.
 */
public final class Refusal extends RuntimeException {
  /** {@code ErrorInfo.domain} of every error. */
  public static final String DOMAIN = "mnestic";

  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final transient List<BadRequest.FieldViolation> violations;
  private final transient Map<String, String> metadata;
  private final transient @Nullable Duration retryAfter;

  private Refusal(
      Reason reason,
      String message,
      List<BadRequest.FieldViolation> violations,
      Map<String, String> metadata,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    // No stack trace: a refusal is an answer, not a defect.
    super(message, cause, false, false);
    this.reason = reason;
    this.violations = List.copyOf(violations);
    this.metadata = Map.copyOf(metadata);
    this.retryAfter = retryAfter;
  }

  /** A refusal whose message says what is wrong and what to change. */
  public static Refusal of(Reason reason, String message) {
    return new Refusal(reason, message, List.of(), Map.of(), null, null);
  }

  /** Names the request's field to change, as a path such as {@code memories[2].key}. */
  public Refusal withField(String path) {
    return withField(path, reasonName(reason), getMessage());
  }

  Refusal withField(String path, String rule, String description) {
    List<BadRequest.FieldViolation> more = new ArrayList<>(violations);
    more.add(
        BadRequest.FieldViolation.newBuilder()
            .setField(path)
            .setReason(rule)
            .setDescription(description)
            .build());
    return new Refusal(reason, getMessage(), more, metadata, retryAfter, getCause());
  }

  /** Adds a value that programs can read from {@code ErrorInfo.metadata}. */
  public Refusal withMetadata(String name, String value) {
    Map<String, String> more = new TreeMap<>(metadata);
    more.put(name, value);
    return new Refusal(reason, getMessage(), violations, more, retryAfter, getCause());
  }

  /** Tells the caller when to try again. */
  public Refusal withRetryAfter(Duration delay) {
    return new Refusal(reason, getMessage(), violations, metadata, delay, getCause());
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /** The status that goes over the wire, with its details. */
  public StatusRuntimeException toStatusException() {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(code(reason).value())
            .setMessage(getMessage())
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setReason(reasonName(reason))
                        .setDomain(DOMAIN)
                        .putAllMetadata(metadata)
                        .build()));
    if (!violations.isEmpty()) {
      status.addDetails(
          Any.pack(BadRequest.newBuilder().addAllFieldViolations(violations).build()));
    }
    if (retryAfter != null) {
      status.addDetails(
          Any.pack(
              RetryInfo.newBuilder()
                  .setRetryDelay(Durations.fromMillis(retryAfter.toMillis()))
                  .build()));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  /** The reason as {@code ErrorInfo} carries it, such as {@code NAMESPACE_NOT_FOUND}. */
  public static String reasonName(Reason reason) {
    return reason.name().substring("REASON_".length());
  }

  /** The one catalogue: each reason's canonical gRPC code. */
  static Status.Code code(Reason reason) {
    return switch (reason) {
      case REASON_INVALID_FIELD,
          REASON_WRONG_DIMENSION,
          REASON_VECTOR_NOT_FINITE,
          REASON_VECTOR_ZERO,
          REASON_BUDGET_TOO_SMALL,
          REASON_PAGE_TOKEN_INVALID,
          REASON_RECALL_ID_INVALID,
          REASON_IMPORT_LINE_INVALID,
          REASON_DOCUMENT_UNREADABLE ->
          Status.Code.INVALID_ARGUMENT;
      case REASON_NAMESPACE_NOT_FOUND,
          REASON_SESSION_NOT_FOUND,
          REASON_MEMORY_NOT_FOUND,
          REASON_RECORD_NOT_FOUND,
          REASON_UNKNOWN_MODEL,
          REASON_UNKNOWN_TOKENIZER,
          REASON_TEMPLATE_NOT_FOUND,
          REASON_DOCUMENT_NOT_FOUND,
          REASON_SNAPSHOT_NOT_FOUND,
          REASON_CONSOLIDATION_NOT_FOUND ->
          Status.Code.NOT_FOUND;
      case REASON_NAMESPACE_EXISTS,
          REASON_SESSION_EXISTS,
          REASON_REQUEST_ID_REUSED,
          REASON_SNAPSHOT_EXISTS ->
          Status.Code.ALREADY_EXISTS;
      case REASON_ETAG_MISMATCH, REASON_MEMORY_CHANGED -> Status.Code.ABORTED;
      case REASON_MODEL_INVALID,
          REASON_NO_COMMON_ANCESTOR,
          REASON_CHANGE_TOO_LARGE,
          REASON_LLM_NOT_CONFIGURED,
          REASON_LLM_REFUSED ->
          Status.Code.FAILED_PRECONDITION;
      case REASON_REVISION_NOT_REACHED, REASON_REVISION_EXPIRED -> Status.Code.OUT_OF_RANGE;
      case REASON_ENCODER_UNAVAILABLE, REASON_STORE_UNAVAILABLE, REASON_LLM_UNAVAILABLE ->
          Status.Code.UNAVAILABLE;
      case REASON_OVERLOADED, REASON_STORAGE_EXHAUSTED, REASON_LLM_OVERLOADED ->
          Status.Code.RESOURCE_EXHAUSTED;
      case REASON_TIME_LIMIT -> Status.Code.DEADLINE_EXCEEDED;
      case REASON_INTERNAL, REASON_UNSPECIFIED, UNRECOGNIZED -> Status.Code.INTERNAL;
    };
  }
}
