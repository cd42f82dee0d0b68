package io.mnestic.bench.encoder;

import io.grpc.Context;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.mnestic.bench.encoder.SoakRequests.Streamed;
import io.mnestic.bench.services.Clients;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.EncoderServiceGrpc.EncoderServiceBlockingStub;
import io.mnestic.encoder.v1.RerankRequest;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** One client of a soak: call after call, each of a kind picked at random. */
final class SoakClient {
  private static final int MOST_PATIENCE_MILLIS = 300;

  private final Clients clients;
  private final SoakRequests requests;
  private final SoakTally tally;
  private final SplittableRandom random;

  SoakClient(Clients clients, SoakRequests requests, SoakTally tally, SplittableRandom random) {
    this.clients = clients;
    this.requests = requests;
    this.tally = tally;
    this.random = random;
  }

  /** Calls until {@link System#nanoTime} is {@code end}. */
  void run(long end) {
    while (System.nanoTime() < end) {
      SoakCall call = SoakCall.pick(random);
      try {
        tally.add(call, make(call), "");
      } catch (StatusRuntimeException e) {
        String message = e.getMessage();
        tally.add(call, e.getStatus().getCode(), message == null ? "" : message);
      } catch (RuntimeException e) {
        // A client that died unseen would make a soak of nothing look good.
        tally.addUnexpected(call.label() + ": " + e);
      }
    }
  }

  private Code make(SoakCall call) {
    return switch (call) {
      case STREAM, STREAM_CANCELLED, STREAM_WITH_BAD -> stream(call);
      case RERANK, RERANK_LATE, RERANK_EMPTY -> rerank(call);
      default -> encode(call);
    };
  }

  private Code stream(SoakCall call) {
    List<Streamed> streamed = requests.stream(call == SoakCall.STREAM_WITH_BAD, random);
    int most =
        call == SoakCall.STREAM_CANCELLED
            ? 1 + random.nextInt(streamed.size() - 1)
            : streamed.size();
    return new SoakStream(streamed, fault -> tally.addUnexpected(call.label() + ": " + fault))
        .run(clients.encoderCalls(), most);
  }

  private Code rerank(SoakCall call) {
    RerankRequest request = requests.rerank(call, random);
    EncoderServiceBlockingStub encoder =
        call == SoakCall.RERANK_LATE ? impatient() : clients.encoder();
    SoakAnswers.fault(request, encoder.rerank(request))
        .ifPresent(fault -> tally.addUnexpected(call.label() + ": " + fault));
    return Code.OK;
  }

  private Code encode(SoakCall call) {
    EncodeRequest request = requests.encode(call, random);
    EncodeResponse response =
        switch (call) {
          case LATE -> impatient().encode(request);
          case CANCELLED -> sendAndCancel(request);
          default -> clients.encoder().encode(request);
        };
    SoakAnswers.fault(request, response)
        .ifPresent(fault -> tally.addUnexpected(call.label() + ": " + fault));
    return Code.OK;
  }

  private EncoderServiceBlockingStub impatient() {
    return clients
        .encoder()
        .withDeadlineAfter(random.nextInt(MOST_PATIENCE_MILLIS), TimeUnit.MILLISECONDS);
  }

  private EncodeResponse sendAndCancel(EncodeRequest request) {
    int patience = random.nextInt(MOST_PATIENCE_MILLIS);
    Context.CancellableContext context = Context.current().withCancellation();
    Thread.ofVirtual()
        .start(() -> {
          try {
            Thread.sleep(patience);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            context.cancel(null);
          }
        });
    Context previous = context.attach();
    try {
      return clients.encoder().encode(request);
    } finally {
      context.detach(previous);
    }
  }
}
