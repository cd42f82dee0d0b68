package io.mnestic.encoder.model;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes Python's pickle format, protocol 2, as far as a TorchScript archive needs it: one object
 * made from a list of float32 tensors. Opcodes: Python's {@code pickletools}.
 */
final class Pickle {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /**
   * An object of class {@code Model} whose {@code __setstate__} is given these tensors as a list,
   * and false for training; the i-th tensor has its values in storage i.
   */
  static byte[] module(List<Parameter> parameters) {
    Pickle pickle = new Pickle();
    pickle.op("\u0080\u0002").global("__torch__", "Model").op(")\u0081((");
    for (int i = 0; i < parameters.size(); i++) {
      pickle.tensor(i, parameters.get(i));
    }
    return pickle.op("l\u0089tb.").out.toByteArray();
  }

  /** The empty tuple: a model without constants. */
  static byte[] noConstants() {
    return new Pickle().op("\u0080\u0002).").out.toByteArray();
  }

  /**
   * A call of {@code _rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks)}.
   */
  private void tensor(int storage, Parameter parameter) {
    global("torch._utils", "_rebuild_tensor_v2").op("((").string("storage");
    global("torch", "FloatStorage").string(String.valueOf(storage)).string("cpu");
    integer(parameter.size()).op("tQ").integer(0).op("(");
    parameter.shape().forEach(this::integer);
    op("t(");
    int stride = parameter.size();
    for (int length : parameter.shape()) {
      stride /= length;
      integer(stride);
    }
    op("t\u0089").global("collections", "OrderedDict").op(")RtR");
  }

  private Pickle global(String module, String name) {
    return op("c" + module + "\n" + name + "\n");
  }

  private Pickle string(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    out.write('X');
    writeInt(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  private Pickle integer(int value) {
    out.write('J');
    writeInt(value);
    return this;
  }

  private Pickle op(String opcodes) {
    out.writeBytes(opcodes.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  private void writeInt(int value) {
    out.writeBytes(
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }
}
