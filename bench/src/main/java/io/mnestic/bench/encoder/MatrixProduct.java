package io.mnestic.bench.encoder;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * One matrix product, (rows, inner) by (inner, columns), as an ONNX file whose right side is fixed,
 * as weights are. The numbers below are the fields of onnx.proto (https://onnx.ai).
 */
record MatrixProduct(int rows, int inner, int columns) {
  private static final int IR_VERSION = 8;
  private static final int OPSET = 13;
  private static final int FLOAT = 1;

  /** Two for each multiply-add. */
  double operations() {
    return 2.0 * rows * inner * columns;
  }

  @Override
  public String toString() {
    return rows + "x" + inner + "x" + columns;
  }

  /** The file. Its input is {@code a}, its output {@code c}. */
  byte[] onnx() {
    UnknownFieldSet node =
        message()
            .addField(1, texts("a", "b"))
            .addField(2, texts("c"))
            .addField(4, texts("MatMul"))
            .build();
    UnknownFieldSet graph =
        message()
            .addField(1, nested(node))
            .addField(2, texts("product"))
            .addField(5, nested(weights()))
            .addField(11, nested(value("a", rows, inner)))
            .addField(12, nested(value("c", rows, columns)))
            .build();
    UnknownFieldSet opset = message().addField(1, texts("")).addField(2, numbers(OPSET)).build();
    return message()
        .addField(1, numbers(IR_VERSION))
        .addField(7, nested(graph))
        .addField(8, nested(opset))
        .build()
        .toByteArray();
  }

  private UnknownFieldSet weights() {
    SplittableRandom random = new SplittableRandom(1);
    ByteBuffer data =
        ByteBuffer.allocate(inner * columns * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) {
      data.putFloat((float) random.nextGaussian());
    }
    return message()
        .addField(1, numbers(inner, columns))
        .addField(2, numbers(FLOAT))
        .addField(8, texts("b"))
        .addField(9, bytes(ByteString.copyFrom(data.flip())))
        .build();
  }

  private static UnknownFieldSet value(String name, int... dimensions) {
    UnknownFieldSet.Builder shape = message();
    for (int dimension : dimensions) {
      shape.mergeField(1, nested(message().addField(1, numbers(dimension)).build()));
    }
    UnknownFieldSet tensor =
        message().addField(1, numbers(FLOAT)).addField(2, nested(shape.build())).build();
    return message()
        .addField(1, texts(name))
        .addField(2, nested(message().addField(1, nested(tensor)).build()))
        .build();
  }

  private static UnknownFieldSet.Builder message() {
    return UnknownFieldSet.newBuilder();
  }

  private static Field nested(UnknownFieldSet message) {
    return bytes(message.toByteString());
  }

  private static Field bytes(ByteString value) {
    return Field.newBuilder().addLengthDelimited(value).build();
  }

  private static Field texts(String... values) {
    Field.Builder field = Field.newBuilder();
    for (String value : values) {
      field.addLengthDelimited(ByteString.copyFromUtf8(value));
    }
    return field.build();
  }

  private static Field numbers(long... values) {
    Field.Builder field = Field.newBuilder();
    for (long value : values) {
      field.addVarint(value);
    }
    return field.build();
  }
}
