package io.mnestic.memory;

import com.google.protobuf.Timestamp;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.NamedVector;
import io.mnestic.memory.v1.Turn;
import java.time.Instant;

/** Short ways to write memories down in tests. */
final class Memories {
  private Memories() {}

  static Memory.Builder fact(String id, String key, float... vector) {
    Memory.Builder memory = Memory.newBuilder().setId(id).setKind(Kind.KIND_FACT).setKey(key);
    return vector.length == 0 ? memory : memory.addVectors(vector("key", vector));
  }

  static Memory.Builder turn(String id, String session, String key, float... vector) {
    return fact(id, key, vector)
        .setKind(Kind.KIND_TURN)
        .setTurn(Turn.newBuilder().setSession(session));
  }

  static Timestamp time(String iso) {
    Instant instant = Instant.parse(iso);
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  static NamedVector vector(String name, float... values) {
    NamedVector.Builder vector = NamedVector.newBuilder().setName(name);
    for (float value : values) {
      vector.addValues(value);
    }
    return vector.build();
  }
}
