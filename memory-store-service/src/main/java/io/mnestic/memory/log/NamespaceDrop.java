package io.mnestic.memory.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rocksdb.RocksIterator;

/**
 * Deletes a namespace in two steps: its name, and a marker with its number, in the change that
 * deletes it; its data after that, again at the next start if a crash comes between.
 */
final class NamespaceDrop {
  private static final byte[] PREFIX = Keys.text("dropped/");

  private NamespaceDrop() {}

  static byte[] marker(long uid) {
    return Keys.concat(PREFIX, Keys.number(uid));
  }

  static void finish(Database database, long uid) {
    database.erase(uid, marker(uid));
  }

  static void finishAll(Database database) {
    List<Long> uids = new ArrayList<>();
    try (RocksIterator it = database.rocks().newIterator(database.handle(Family.DEFAULT))) {
      for (it.seek(PREFIX); it.isValid() && isMarker(it.key()); it.next()) {
        uids.add(ByteBuffer.wrap(it.key(), PREFIX.length, Long.BYTES).getLong());
      }
    }
    uids.forEach(uid -> finish(database, uid));
  }

  private static boolean isMarker(byte[] key) {
    return key.length == PREFIX.length + Long.BYTES
        && Arrays.equals(key, 0, PREFIX.length, PREFIX, 0, PREFIX.length);
  }
}
