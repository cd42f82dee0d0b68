package io.mnestic.memory.watch;

import io.grpc.stub.ServerCallStreamObserver;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.v1.RevisionChange;
import io.mnestic.memory.v1.UpToDate;
import io.mnestic.memory.v1.WatchMemoriesResponse;
import io.mnestic.store.v1.LogEntry;
import io.mnestic.store.v1.StoredNamespace;
import io.mnestic.wire.Refusal;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One open watch. It has no thread: whatever may have given it something to do (the log grew, the
 * caller took what was sent, a heartbeat is due) wakes it, and one thread at a time sends while the
 * caller takes. Between that it holds nothing but its place in the log.
 */
final class Watch {
  private final MemoryLog log;
  private final StoredNamespace namespace;
  private final Feed feed;
  private final ServerCallStreamObserver<WatchMemoriesResponse> caller;
  private final Executor threads;
  private final Consumer<Watch> onEnd;

  private boolean running;
  private boolean wokenMeanwhile;
  private boolean over;
  private boolean beatDue;
  private @Nullable Refusal end;

  /** The revision that the caller was last told to be the newest; only the sending thread's. */
  private long announced = -1;

  Watch(
      MemoryLog log,
      StoredNamespace namespace,
      Feed feed,
      ServerCallStreamObserver<WatchMemoriesResponse> caller,
      Executor threads,
      Consumer<Watch> onEnd) {
    this.log = log;
    this.namespace = namespace;
    this.feed = feed;
    this.caller = caller;
    this.threads = threads;
    this.onEnd = onEnd;
  }

  /** Has it look for something to send. */
  synchronized void wake() {
    if (over) {
      return;
    }
    if (running) {
      wokenMeanwhile = true;
      return;
    }
    running = true;
    threads.execute(this::run);
  }

  /** Tells the caller that it is up to date, if it is. */
  synchronized void beat() {
    beatDue = true;
    wake();
  }

  /** Ends the call with this. */
  synchronized void end(Refusal why) {
    end = why;
    wake();
  }

  /** The call is over. */
  void cancelled() {
    synchronized (this) {
      over = true;
    }
    onEnd.accept(this);
  }

  private void run() {
    try {
      do {
        Refusal why = endAsked();
        if (why != null) {
          throw why;
        }
        send();
      } while (goesOn());
    } catch (Throwable e) {
      cancelled();
      caller.onError(e);
    }
  }

  private void send() {
    while (caller.isReady() && !caller.isCancelled()) {
      for (LogEntry entry : feed.next()) {
        if (!entry.getDerived()) {
          for (RevisionChange part : Parts.of(entry)) {
            caller.onNext(WatchMemoriesResponse.newBuilder().setChange(part).build());
          }
        }
      }
      StoredNamespace now = now();
      if (now.getPosition() == feed.position()) {
        announce(now.getNamespace().getRevision());
        return;
      }
    }
  }

  private void announce(long revision) {
    boolean beat = takeBeat();
    if (beat || revision != announced) {
      announced = revision;
      caller.onNext(
          WatchMemoriesResponse.newBuilder()
              .setUpToDate(UpToDate.newBuilder().setRevision(revision))
              .build());
    }
  }

  /**
   * The namespace as it is now.
   *
   * @throws Refusal NAMESPACE_NOT_FOUND if it was deleted, also if another one has its name
   */
  private StoredNamespace now() {
    try (LogView view = log.view()) {
      StoredNamespace now = view.namespace(namespace.getNamespace().getName());
      if (now.getUid() == namespace.getUid()) {
        return now;
      }
    } catch (Refusal e) {
      if (e.reason() != Reason.REASON_NAMESPACE_NOT_FOUND) {
        throw e;
      }
    }
    throw Feed.deleted(namespace);
  }

  private synchronized boolean goesOn() {
    running = wokenMeanwhile && !over;
    wokenMeanwhile = false;
    return running;
  }

  private synchronized boolean takeBeat() {
    boolean due = beatDue;
    beatDue = false;
    return due;
  }

  private synchronized @Nullable Refusal endAsked() {
    return end;
  }
}
