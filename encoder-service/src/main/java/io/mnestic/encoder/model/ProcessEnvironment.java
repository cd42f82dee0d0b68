package io.mnestic.encoder.model;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Environment variables of this process, for native libraries that have no other settings. */
final class ProcessEnvironment {
  private ProcessEnvironment() {}

  /** Sets a variable unless it is set; before the library that reads it is loaded. */
  @SuppressWarnings("restricted") // Native access is enabled for every service.
  static void setDefault(String name, String value) {
    Linker linker = Linker.nativeLinker();
    MemorySegment function = linker.defaultLookup().findOrThrow("setenv");
    MethodHandle setenv =
        linker.downcallHandle(
            function,
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      int failed = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 0);
      if (failed != 0) {
        throw new IllegalStateException("setenv " + name + " failed");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("setenv " + name, e);
    }
  }
}
