package io.mnestic.encoder.model;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.mnestic.encoder.onnx.GraphProto;
import io.mnestic.encoder.onnx.ModelProto;
import io.mnestic.encoder.onnx.NodeProto;
import io.mnestic.encoder.onnx.TensorProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The float32 tensors of an ONNX file. Those that the exporter left a name are found by it; the
 * matrix of a linear layer is anonymous and found as second input of the layer's MatMul node.
 */
final class OnnxWeights {
  private static final int FLOAT32 = 1;

  private final Map<String, TensorProto> tensors = new HashMap<>();
  private final Map<String, String> matrices = new HashMap<>();

  private OnnxWeights(GraphProto graph) {
    for (TensorProto tensor : graph.getInitializerList()) {
      tensors.put(tensor.getName(), tensor);
    }
    for (NodeProto node : graph.getNodeList()) {
      if (node.getName().endsWith("/MatMul") && node.getInputCount() == 2) {
        matrices.put(node.getName(), node.getInput(1));
      }
    }
  }

  /** Reads a whole file that is mapped into memory; the tensors stay in the mapping. */
  static OnnxWeights read(ByteBuffer file) throws IOException {
    CodedInputStream input = UnsafeByteOperations.unsafeWrap(file).newCodedInput();
    input.enableAliasing(true);
    return new OnnxWeights(ModelProto.parseFrom(input).getGraph());
  }

  boolean has(String name) {
    return tensors.containsKey(name);
  }

  /** Dimensions of a tensor, outermost first. */
  List<Integer> shape(String name) {
    return tensor(name).getDimsList().stream().map(Math::toIntExact).toList();
  }

  /** Values of a tensor, row by row. */
  FloatBuffer values(String name) {
    return tensor(name)
        .getRawData()
        .asReadOnlyByteBuffer()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer();
  }

  /** The tensor that holds a linear layer's matrix, as rows of inputs and columns of outputs. */
  String matrixOf(String linear) {
    String node = "/" + linear + "/MatMul";
    @Nullable String name = matrices.get(node);
    if (name == null) {
      throw new IllegalStateException("the ONNX graph has no node " + node);
    }
    return name;
  }

  private TensorProto tensor(String name) {
    @Nullable TensorProto tensor = tensors.get(name);
    if (tensor == null || tensor.getDataType() != FLOAT32) {
      throw new IllegalStateException("the ONNX file has no float32 tensor " + name);
    }
    return tensor;
  }
}
