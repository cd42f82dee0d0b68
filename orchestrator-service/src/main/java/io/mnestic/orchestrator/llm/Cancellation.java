package io.mnestic.orchestrator.llm;

import io.grpc.Context;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Ends a request when gRPC's context is cancelled or its deadline passes: a virtual thread that is
 * interrupted leaves its read, whatever it waits for, and the connection is closed.
 */
final class Cancellation implements AutoCloseable {
  private final Context context = Context.current();
  private final Thread reader = Thread.currentThread();
  private final Context.CancellationListener listener = cancelled -> cancel();
  private @Nullable AutoCloseable open;
  private boolean over;

  Cancellation() {
    context.addListener(listener, Runnable::run);
  }

  /** What to close as well once it is open. */
  synchronized void closes(AutoCloseable resource) {
    open = resource;
  }

  /** Throws what the context was cancelled for, if it was. */
  void throwIfCancelled() {
    if (context.isCancelled()) {
      @Nullable Throwable cause = context.cancellationCause();
      Status status = cause == null ? Status.CANCELLED : Status.fromThrowable(cause);
      throw (status.getCode() == Status.Code.UNKNOWN ? Status.CANCELLED : status)
          .asRuntimeException();
    }
  }

  @Override
  public void close() {
    context.removeListener(listener);
    synchronized (this) {
      over = true;
    }
    if (context.isCancelled()) {
      // The interrupt was for the request alone.
      Thread.interrupted();
    }
  }

  private synchronized void cancel() {
    if (over) {
      return;
    }
    reader.interrupt();
    if (open != null) {
      try {
        open.close();
      } catch (Exception e) {
        // The reader meets the same failure and tells of it.
      }
    }
  }
}
