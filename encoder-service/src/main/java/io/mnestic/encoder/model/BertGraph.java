package io.mnestic.encoder.model;

import io.mnestic.encoder.v1.Pooling;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * BERT (Devlin et al. 2019) as TorchScript: token ids [texts, tokens] in, unit vectors [texts,
 * dimensions] out, pooling and L2 norm included. Query, key and value are one matrix, since three
 * small products cost more than one large; the segment embedding, always the first, is part of the
 * position embedding. Id 0 is padding.
 */
final class BertGraph {
  /** Grows with each change of what is generated, so that archives of older code are not used. */
  static final int VERSION = 1;

  private static final String EPSILON = "9.9999999999999998e-13";
  private static final List<String> PROJECTIONS = List.of("query", "key", "value");

  private final OnnxWeights weights;
  private final ModelSpec spec;
  private final int layers;
  private final int hidden;
  private final List<Parameter> parameters = new ArrayList<>();

  BertGraph(OnnxWeights weights, ModelSpec spec) {
    this.weights = weights;
    this.spec = spec;
    hidden = spec.dimensions();
    int count = 0;
    while (weights.has(layer(count) + "output.dense.bias")) {
      count++;
    }
    layers = count;
    addEmbeddings();
    for (int i = 0; i < layers; i++) {
      addLayer(i);
    }
  }

  List<Parameter> parameters() {
    return parameters;
  }

  /** The archive's {@code __torch__.py}. */
  String code() {
    StringBuilder code = new StringBuilder("class Model(Module):\n  __parameters__ = [");
    parameters.forEach(parameter -> code.append('"').append(parameter.name()).append("\", "));
    code.append("]\n  __buffers__ = []\n");
    code.append("  training : bool\n  _is_full_backward_hook : Optional[bool]\n");
    parameters.forEach(
        parameter -> code.append("  ").append(parameter.name()).append(" : Tensor\n"));
    code.append(
        """
          def forward(self: __torch__.Model,
            ids: Tensor) -> Tensor:
            texts = torch.size(ids, 0)
            tokens = torch.size(ids, 1)
            real = torch.ne(ids, 0)
            mask = annotate(Optional[Tensor], None)
            if bool(torch.all(real)):
              pass
            else:
              mask = annotate(Optional[Tensor], torch.view(real, [texts, 1, 1, tokens]))
            embedded = torch.add(torch.embedding(self.word, ids), torch.slice(self.position, 0, 0, tokens, 1))
        """);
    code.append("    h0 = ").append(norm("embedded", "embedding_norm"));
    for (int i = 0; i < layers; i++) {
      code.append(layerCode(i));
    }
    code.append(pooling("h" + layers));
    code.append("    return torch.div(pooled, torch.linalg_vector_norm(pooled, 2, [-1], True))\n");
    return code.toString();
  }

  private String layerCode(int i) {
    return """
        qkv@ = torch.permute(torch.view(torch.linear(h@, self.l@_qkv_weight, self.l@_qkv_bias), [texts, tokens, 3, HEADS, SIZE]), [2, 0, 3, 1, 4])
        read@ = torch.scaled_dot_product_attention(torch.select(qkv@, 0, 0), torch.select(qkv@, 0, 1), torch.select(qkv@, 0, 2), mask, 0., False)
        joined@ = torch.reshape(torch.transpose(read@, 1, 2), [texts, tokens, HIDDEN])
        sum@ = torch.add(torch.linear(joined@, self.l@_out_weight, self.l@_out_bias), h@)
        x@ = NORM1\
        y@ = torch.linear(torch.gelu(torch.linear(x@, self.l@_up_weight, self.l@_up_bias)), self.l@_down_weight, self.l@_down_bias)
        h# = NORM2\
    """
        .replace("NORM1", norm("sum@", "l@_attention_norm"))
        .replace("NORM2", norm("torch.add(y@, x@)", "l@_output_norm"))
        .replace("HEADS", String.valueOf(spec.heads()))
        .replace("SIZE", String.valueOf(hidden / spec.heads()))
        .replace("HIDDEN", String.valueOf(hidden))
        .replace("@", String.valueOf(i))
        .replace("#", String.valueOf(i + 1));
  }

  private String norm(String input, String name) {
    return "torch.layer_norm(%s, [%d], self.%s_weight, self.%s_bias, %s)\n"
        .formatted(input, hidden, name, name, EPSILON);
  }

  private String pooling(String last) {
    if (spec.pooling() == Pooling.POOLING_CLS) {
      return "    pooled = torch.select(%s, 1, 0)\n".formatted(last);
    }
    return """
        weight = torch.unsqueeze(torch.type_as(real, %1$s), -1)
        pooled = torch.div(torch.sum(torch.mul(%1$s, weight), [1]), torch.sum(weight, [1]))
    """
        .formatted(last);
  }

  private void addEmbeddings() {
    copy("word", "embeddings.word_embeddings.weight");
    String position = "embeddings.position_embeddings.weight";
    String segment = "embeddings.token_type_embeddings.weight";
    add(
        "position",
        weights.shape(position),
        out -> {
          FloatBuffer positions = weights.values(position);
          FloatBuffer segments = weights.values(segment);
          for (int i = 0; i < positions.limit(); i++) {
            out.put(positions.get(i) + segments.get(i % hidden));
          }
        });
    copyNorm("embedding_norm", "embeddings.LayerNorm");
  }

  private void addLayer(int i) {
    String source = layer(i);
    String target = "l" + i + "_";
    List<String> projections =
        PROJECTIONS.stream().map(name -> source + "attention.self." + name).toList();
    linear(target + "qkv", projections);
    linear(target + "out", List.of(source + "attention.output.dense"));
    copyNorm(target + "attention_norm", source + "attention.output.LayerNorm");
    linear(target + "up", List.of(source + "intermediate.dense"));
    linear(target + "down", List.of(source + "output.dense"));
    copyNorm(target + "output_norm", source + "output.LayerNorm");
  }

  private static String layer(int i) {
    return "encoder.layer." + i + ".";
  }

  /** One linear layer of those named, their outputs side by side. */
  private void linear(String target, List<String> sources) {
    List<String> matrices = sources.stream().map(this::matrix).toList();
    int inputs = weights.shape(matrices.getFirst()).getFirst();
    int outputs = matrices.stream().mapToInt(name -> weights.shape(name).getLast()).sum();
    add(
        target + "_weight",
        List.of(outputs, inputs),
        out -> {
          for (String name : matrices) {
            transpose(weights.values(name), inputs, weights.shape(name).getLast(), out);
          }
        });
    add(
        target + "_bias",
        List.of(outputs),
        out -> sources.forEach(name -> out.put(weights.values(name + ".bias"))));
  }

  /** {@code encoder.layer.0.output.dense} is node {@code /encoder/layer.0/output/dense/MatMul}. */
  private String matrix(String linear) {
    return weights.matrixOf(linear.replace('.', '/').replace("layer/", "layer."));
  }

  private static void transpose(FloatBuffer source, int rows, int columns, FloatBuffer out) {
    for (int column = 0; column < columns; column++) {
      for (int row = 0; row < rows; row++) {
        out.put(source.get(row * columns + column));
      }
    }
  }

  private void copyNorm(String target, String source) {
    copy(target + "_weight", source + ".weight");
    copy(target + "_bias", source + ".bias");
  }

  private void copy(String target, String source) {
    add(target, weights.shape(source), out -> out.put(weights.values(source)));
  }

  private void add(String name, List<Integer> shape, Consumer<FloatBuffer> fill) {
    int bytes = shape.stream().reduce(Float.BYTES, Math::multiplyExact);
    parameters.add(
        new Parameter(
            name,
            shape,
            () -> {
              ByteBuffer data = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
              FloatBuffer floats = data.asFloatBuffer();
              fill.accept(floats);
              if (floats.hasRemaining()) {
                throw new IllegalStateException(
                    "tensor " + name + " has fewer values than its shape");
              }
              return data.array();
            }));
  }
}
