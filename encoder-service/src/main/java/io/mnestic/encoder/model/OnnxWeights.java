package io.mnestic.encoder.model;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.mnestic.encoder.folder.Weights;
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
 * The float32 tensors of an ONNX file. Most keep the name that the exporter was given; the matrix
 * of a linear layer is anonymous, transposed, and found as second input of the layer's MatMul node:
 * {@code encoder.layer.0.output.dense.weight} is that of {@code
 * /encoder/layer.0/output/dense/MatMul}.
 */
final class OnnxWeights implements Weights {
  private static final int FLOAT32 = 1;
  private static final String WEIGHT = ".weight";

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

  @Override
  public boolean has(String name) {
    return tensors.containsKey(name) || matrix(name) != null;
  }

  @Override
  public List<Integer> shape(String name) {
    TensorProto matrix = matrix(name);
    List<Integer> shape =
        (matrix == null ? tensor(name) : matrix)
            .getDimsList().stream().map(Math::toIntExact).toList();
    return matrix == null ? shape : shape.reversed();
  }

  @Override
  public FloatBuffer values(String name) {
    TensorProto matrix = matrix(name);
    return matrix == null
        ? values(tensor(name))
        : transposed(values(matrix), shape(name).getFirst(), shape(name).getLast());
  }

  private @Nullable TensorProto matrix(String name) {
    if (tensors.containsKey(name) || !name.endsWith(WEIGHT)) {
      return null;
    }
    String path = name.substring(0, name.length() - WEIGHT.length()).replace('.', '/');
    String matrix = matrices.get("/" + path.replace("layer/", "layer.") + "/MatMul");
    return matrix == null ? null : tensor(matrix);
  }

  private TensorProto tensor(String name) {
    @Nullable TensorProto tensor = tensors.get(name);
    if (tensor == null || tensor.getDataType() != FLOAT32) {
      throw new IllegalStateException("the ONNX file has no float32 tensor " + name);
    }
    return tensor;
  }

  private static FloatBuffer values(TensorProto tensor) {
    return tensor
        .getRawData()
        .asReadOnlyByteBuffer()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer();
  }

  /** From rows of inputs to rows of outputs. */
  private static FloatBuffer transposed(FloatBuffer source, int outputs, int inputs) {
    FloatBuffer result = FloatBuffer.allocate(outputs * inputs);
    for (int output = 0; output < outputs; output++) {
      for (int input = 0; input < inputs; input++) {
        result.put(source.get(input * outputs + output));
      }
    }
    return result.flip();
  }
}
