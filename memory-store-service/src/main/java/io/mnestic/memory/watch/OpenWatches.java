package io.mnestic.memory.watch;

import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The watches that are open, by the number of their namespace. */
final class OpenWatches {
  private static final Duration RETRY = Duration.ofSeconds(10);

  private final int most;
  private final Map<Long, Set<Watch>> watches = new HashMap<>();
  private int count;
  private @Nullable Refusal closed;

  OpenWatches(int most) {
    this.most = most;
  }

  /**
   * Adds one.
   *
   * @throws Refusal OVERLOADED if there are too many, or what they were closed with
   */
  synchronized void add(long uid, Watch watch) {
    if (closed != null) {
      throw closed;
    }
    if (count >= most) {
      throw Refusal.of(
              Reason.REASON_OVERLOADED,
              most + " watches are open, which is the most: end one, or try again later")
          .withRetryAfter(RETRY);
    }
    watches.computeIfAbsent(uid, _ -> new HashSet<>()).add(watch);
    count++;
  }

  /** Removes one, if it is there. */
  synchronized void remove(long uid, Watch watch) {
    Set<Watch> ofNamespace = watches.get(uid);
    if (ofNamespace != null && ofNamespace.remove(watch)) {
      count--;
      if (ofNamespace.isEmpty()) {
        watches.remove(uid);
      }
    }
  }

  /** Wakes those of a namespace. */
  void wake(long uid) {
    of(uid).forEach(Watch::wake);
  }

  void each(Consumer<Watch> action) {
    all().forEach(action);
  }

  /** Ends all, and refuses further ones. */
  void close(Refusal why) {
    synchronized (this) {
      closed = why;
    }
    each(watch -> watch.end(why));
  }

  private synchronized List<Watch> of(long uid) {
    return List.copyOf(watches.getOrDefault(uid, Set.of()));
  }

  private synchronized List<Watch> all() {
    List<Watch> all = new ArrayList<>(count);
    watches.values().forEach(all::addAll);
    return all;
  }
}
