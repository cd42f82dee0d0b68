package io.mnestic.encoder.batching;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calling thread's place among those that want a core. The JVM's own thread priorities do
 * nothing on Linux unless it runs as root with a flag.
 */
final class ThreadPriority {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadPriority.class);

  /** Of Linux's 20 steps below the usual; a step less is 1.25 times the time on a shared core. */
  private static final int STEPS = 10;

  private ThreadPriority() {}

  /** Lets other threads go first; without effect where the system has no {@code nice}. */
  @SuppressWarnings("restricted") // Native access is enabled for every service.
  static void lower() {
    Linker linker = Linker.nativeLinker();
    // On Linux it is the calling thread's alone, other than POSIX has it.
    Optional<MemorySegment> nice = linker.defaultLookup().find("nice");
    if (nice.isEmpty() || !System.getProperty("os.name").equals("Linux")) {
      return;
    }
    try {
      int _ =
          (int)
              linker
                  .downcallHandle(
                      nice.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
                  .invokeExact(STEPS);
    } catch (Throwable e) {
      LOG.warn("bulk work has the priority of queries", e);
    }
  }
}
