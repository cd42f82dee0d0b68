package io.mnestic.memory.search;

import com.google.protobuf.util.Durations;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.BatchSearchMemoriesRequest;
import io.mnestic.memory.v1.BatchSearchMemoriesResponse;
import io.mnestic.memory.v1.BatchSearchResult;
import io.mnestic.memory.v1.SearchMemoriesRequest;
import io.mnestic.wire.Failures;
import io.mnestic.wire.Refusal;
import io.mnestic.wire.RequestRules;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Does several searches, each on its own, under one limit of time. */
@Singleton
public final class BatchSearch {
  private final SearchMemories searches;
  private final RequestRules rules;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("search-timer").factory());

  BatchSearch(SearchMemories searches, RequestRules rules) {
    this.searches = searches;
    this.rules = rules;
  }

  /** Searches; what is refused is so in the answer. */
  public BatchSearchMemoriesResponse search(BatchSearchMemoriesRequest request) {
    if (!request.hasTimeLimit()) {
      return searchAll(request);
    }
    CancellableContext limited =
        Context.current()
            .withDeadlineAfter(
                Durations.toNanos(request.getTimeLimit()), TimeUnit.NANOSECONDS, timer);
    Context before = limited.attach();
    try {
      return searchAll(request);
    } finally {
      limited.detach(before);
      limited.cancel(null);
    }
  }

  @PreDestroy
  void close() {
    timer.shutdownNow();
  }

  private BatchSearchMemoriesResponse searchAll(BatchSearchMemoriesRequest request) {
    long share = SearchMemories.REPLY_BYTES / request.getSearchesCount();
    BatchSearchMemoriesResponse.Builder response = BatchSearchMemoriesResponse.newBuilder();
    for (SearchMemoriesRequest search : request.getSearchesList()) {
      response.addResults(result(search, share));
    }
    return response.build();
  }

  private BatchSearchResult result(SearchMemoriesRequest search, long bytes) {
    BatchSearchResult.Builder result = BatchSearchResult.newBuilder();
    try {
      if (Context.current().isCancelled()) {
        throw new CancellationException("no time is left");
      }
      rules.check(search);
      result.setResponse(searches.search(search, bytes));
    } catch (CancellationException e) {
      // If it was the caller who went away, nobody reads this.
      result.setError(Failures.protoOf(outOfTime(), "a search of several"));
    } catch (RuntimeException e) {
      result.setError(Failures.protoOf(e, "a search of several"));
    }
    return result.build();
  }

  private static Refusal outOfTime() {
    return Refusal.of(
            Reason.REASON_TIME_LIMIT,
            "time_limit ran out before this search was done: raise it, or send fewer searches")
        .withField("time_limit");
  }
}
