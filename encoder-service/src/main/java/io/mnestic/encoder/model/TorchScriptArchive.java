package io.mnestic.encoder.model;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes what {@code torch.jit.load} reads: an uncompressed zip of code, a pickle that names the
 * tensors, and their raw values. The same input gives the same bytes.
 */
final class TorchScriptArchive {
  private TorchScriptArchive() {}

  static void write(OutputStream out, String code, List<Parameter> parameters) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      store(zip, "data.pkl", Pickle.module(parameters));
      store(zip, "code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
      store(zip, "constants.pkl", Pickle.noConstants());
      for (int i = 0; i < parameters.size(); i++) {
        store(zip, "data/" + i, parameters.get(i).data().get());
      }
      store(zip, "version", "10\n".getBytes(StandardCharsets.UTF_8));
      store(zip, "byteorder", "little".getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void store(ZipOutputStream zip, String name, byte[] data) throws IOException {
    ZipEntry entry = new ZipEntry("model/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(data.length);
    CRC32 crc = new CRC32();
    crc.update(data);
    entry.setCrc(crc.getValue());
    entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
    zip.putNextEntry(entry);
    zip.write(data);
    zip.closeEntry();
  }
}
