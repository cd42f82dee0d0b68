package io.mnestic.encoder.folder;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of one or several <a
 * href="https://github.com/huggingface/safetensors">safetensors</a> files: the header's length in 8
 * bytes, little-endian; the header, a JSON object; the values. The values stay in the mapped file.
 */
final class Safetensors {
  private static final String FILE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final int LENGTH_BYTES = 8;

  /** The format's own limit. */
  private static final long MAX_HEADER_BYTES = 100_000_000;

  private static final Map<String, Integer> BYTES =
      Map.ofEntries(
          Map.entry("BOOL", 1),
          Map.entry("U8", 1),
          Map.entry("I8", 1),
          Map.entry("F8_E4M3", 1),
          Map.entry("F8_E5M2", 1),
          Map.entry("U16", 2),
          Map.entry("I16", 2),
          Map.entry("F16", 2),
          Map.entry("BF16", 2),
          Map.entry("U32", 4),
          Map.entry("I32", 4),
          Map.entry("F32", 4),
          Map.entry("U64", 8),
          Map.entry("I64", 8),
          Map.entry("F64", 8));

  private final Map<String, Tensor> tensors = new HashMap<>();

  private Safetensors() {}

  private record Tensor(
      Path file, String dtype, List<Integer> shape, long from, MemorySegment data) {
    long to() {
      return from + data.byteSize();
    }
  }

  /** The files with a model's weights: one, or those its index names. */
  static List<Path> files(Path folder) {
    Path single = folder.resolve(FILE);
    Path index = folder.resolve(INDEX);
    if (Files.exists(single) || !Files.exists(index)) {
      return List.of(single);
    }
    JsonFile map = JsonFile.read(index).part("weight_map");
    Set<String> names = new TreeSet<>();
    for (String tensor : map.root().keySet()) {
      String name = map.text(tensor, "");
      if (name.isEmpty() || name.contains("/") || name.contains("\\")) {
        throw map.bad(tensor, "must be the name of a file in the same folder");
      }
      names.add(name);
    }
    if (names.isEmpty()) {
      throw InvalidModel.of(index, "weight_map is missing or empty");
    }
    return names.stream().map(folder::resolve).toList();
  }

  /** Checks the headers; a tensor's values are read when asked for. */
  static Safetensors open(List<Path> files) {
    Safetensors opened = new Safetensors();
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(file)) {
        long size = channel.size();
        if (size < LENGTH_BYTES) {
          throw InvalidModel.of(file, "is cut short: it has %,d bytes".formatted(size));
        }
        opened.add(file, channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto()));
      } catch (NoSuchFileException e) {
        throw new InvalidModel(
            file + " is missing: weights are read from safetensors files alone", e);
      } catch (IOException e) {
        throw new InvalidModel(file + " can not be read: " + e.getMessage(), e);
      }
    }
    return opened;
  }

  Set<String> names() {
    return tensors.keySet();
  }

  boolean has(String name) {
    return tensors.containsKey(name);
  }

  /** Dimensions of a tensor, outermost first. */
  List<Integer> shape(String name) {
    return tensor(name).shape();
  }

  /** Values of a tensor as float32, row by row; F32 is a view of the file. */
  FloatBuffer values(String name) {
    Tensor tensor = tensor(name);
    if (tensor.data().byteSize() > Integer.MAX_VALUE) {
      throw InvalidModel.of(tensor.file(), name + " is larger than 2 GiB");
    }
    ByteBuffer bytes = tensor.data().asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    return switch (tensor.dtype()) {
      case "F32" -> bytes.asFloatBuffer();
      case "F16" -> widened(bytes.asShortBuffer(), true);
      case "BF16" -> widened(bytes.asShortBuffer(), false);
      default ->
          throw InvalidModel.of(
              tensor.file(),
              "%s has dtype %s: store it as F32, F16 or BF16".formatted(name, tensor.dtype()));
    };
  }

  Path file(String name) {
    return tensor(name).file();
  }

  private static FloatBuffer widened(ShortBuffer halves, boolean ieee) {
    float[] values = new float[halves.limit()];
    for (int i = 0; i < values.length; i++) {
      short half = halves.get(i);
      values[i] = ieee ? Float.float16ToFloat(half) : Float.intBitsToFloat(half << Short.SIZE);
    }
    return FloatBuffer.wrap(values);
  }

  private Tensor tensor(String name) {
    @Nullable Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalStateException("no tensor " + name);
    }
    return tensor;
  }

  private void add(Path file, MemorySegment content) {
    long length =
        content.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
    long available = content.byteSize() - LENGTH_BYTES;
    if (length < 0 || length > MAX_HEADER_BYTES || length > available) {
      throw InvalidModel.of(
          file,
          "its header is said to have %s bytes, of %,d in the file and at most %,d: not a whole safetensors file"
              .formatted(Long.toUnsignedString(length), available, MAX_HEADER_BYTES));
    }
    byte[] header = content.asSlice(LENGTH_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
    MemorySegment data = content.asSlice(LENGTH_BYTES + length);
    JsonElement parsed = JsonFile.parse(file, new String(header, StandardCharsets.UTF_8));
    JsonFile root = new JsonFile(file, JsonFile.object(file, parsed));
    List<Tensor> found = new ArrayList<>();
    for (String name : root.root().keySet()) {
      if (!name.equals("__metadata__")) {
        Tensor tensor = parse(name, root.part(name), data);
        if (tensors.put(name, tensor) != null) {
          throw InvalidModel.of(file, name + " is in another file too");
        }
        found.add(tensor);
      }
    }
    checkCovered(file, found, data.byteSize());
  }

  private static Tensor parse(String name, JsonFile entry, MemorySegment data) {
    String dtype = entry.text("dtype", "");
    @Nullable Integer width = BYTES.get(dtype);
    if (width == null) {
      throw InvalidModel.of(entry.file(), "%s has the unknown dtype '%s'".formatted(name, dtype));
    }
    List<Integer> shape = entry.sizes("shape");
    List<Long> offsets = entry.offsets("data_offsets");
    long bytes = width;
    try {
      for (int size : shape) {
        bytes = Math.multiplyExact(bytes, Math.max(size, 0));
      }
    } catch (ArithmeticException e) {
      throw new InvalidModel(
          "%s: %s has the impossible shape %s".formatted(entry.file(), name, shape), e);
    }
    if (!entry.has("shape") || shape.stream().anyMatch(size -> size < 0)) {
      throw InvalidModel.of(entry.file(), "%s has the shape %s".formatted(name, shape));
    }
    long from = offsets.getFirst();
    long to = offsets.getLast();
    if (from < 0 || to < from || to > data.byteSize()) {
      throw InvalidModel.of(
          entry.file(),
          "%s lies at bytes %d to %d of %,d: the file is cut short or its header wrong"
              .formatted(name, from, to, data.byteSize()));
    }
    if (to - from != bytes) {
      throw InvalidModel.of(
          entry.file(),
          "%s has %d bytes, but %s %s takes %d".formatted(name, to - from, dtype, shape, bytes));
    }
    return new Tensor(entry.file(), dtype, shape, from, data.asSlice(from, bytes));
  }

  /** As the format demands: no byte in two tensors, and none in none. */
  private static void checkCovered(Path file, List<Tensor> tensors, long bytes) {
    tensors.sort(Comparator.comparingLong(Tensor::from).thenComparingLong(Tensor::to));
    long end = 0;
    for (Tensor tensor : tensors) {
      if (tensor.from() != end) {
        throw InvalidModel.of(
            file,
            "its tensors overlap or leave a gap at byte %d"
                .formatted(Math.min(end, tensor.from())));
      }
      end = tensor.to();
    }
    if (end != bytes) {
      throw InvalidModel.of(file, "%d bytes follow the last tensor".formatted(bytes - end));
    }
  }
}
