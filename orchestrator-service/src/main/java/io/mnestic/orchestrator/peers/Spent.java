package io.mnestic.orchestrator.peers;

import com.google.protobuf.util.Durations;
import io.grpc.Context;
import io.mnestic.orchestrator.v1.Timings;

/**
 * Where the time of one call goes. For each peer it is the time during which at least one call to
 * it was under way, so calls side by side do not count twice.
 */
public final class Spent {
  private static final Context.Key<Spent> KEY = Context.key("mnestic-spent");

  private final long started = System.nanoTime();
  private final Waiting store = new Waiting();
  private final Waiting encoder = new Waiting();

  /** The context in which calls to peers are measured here. */
  public Context within(Context context) {
    return context.withValue(KEY, this);
  }

  /** What was spent until now. */
  public Timings timings() {
    return Timings.newBuilder()
        .setStore(Durations.fromNanos(store.nanos()))
        .setEncode(Durations.fromNanos(encoder.nanos()))
        .setTotal(Durations.fromNanos(System.nanoTime() - started))
        .build();
  }

  static Spent ofThisCall() {
    Spent spent = KEY.get();
    return spent == null ? new Spent() : spent;
  }

  void began(Peer peer) {
    waiting(peer).began();
  }

  void ended(Peer peer) {
    waiting(peer).ended();
  }

  private Waiting waiting(Peer peer) {
    return peer == Peer.STORE ? store : encoder;
  }

  private static final class Waiting {
    private int underWay;
    private long since;
    private long nanos;

    synchronized void began() {
      if (underWay++ == 0) {
        since = System.nanoTime();
      }
    }

    synchronized void ended() {
      if (--underWay == 0) {
        nanos += System.nanoTime() - since;
      }
    }

    synchronized long nanos() {
      return underWay == 0 ? nanos : nanos + System.nanoTime() - since;
    }
  }
}
