package io.mnestic.encoder.model;

import io.mnestic.encoder.folder.Weights;
import io.mnestic.encoder.v1.Pooling;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * BERT (Devlin et al. 2019) as TorchScript. In: token ids [texts, tokens], and for a cross-encoder
 * the segment of each. Out: unit vectors [texts, dimensions], pooling and L2 norm included, or a
 * cross-encoder's outputs [texts, labels]; and the tokens' last states [texts, tokens, dimensions].
 * Query, key and value are one matrix, since three small products cost more than one large. Where
 * all tokens are of the first segment, its embedding is part of the position embedding. Between the
 * embeddings and the output the tokens of all texts are the rows of one matrix, with as many rows
 * of nothing after them as the {@link Kernel} asks for.
 */
final class BertGraph {
  /** Grows with each change of what is generated, so that archives of older code are not used. */
  static final int VERSION = 4;

  private static final List<String> PROJECTIONS = List.of("query", "key", "value");
  private static final String TYPES = "embeddings.token_type_embeddings.weight";
  private static final int FLOAT16 = 5;
  private static final int FLOAT32 = 6;

  private final Weights weights;
  private final Architecture architecture;
  private final Pooling pooling;
  private final Kernel kernel;
  private final int layers;
  private final int hidden;
  private final List<Parameter> parameters = new ArrayList<>();
  private final StringBuilder attributes = new StringBuilder();
  private final StringBuilder loading = new StringBuilder();

  BertGraph(Weights weights, Architecture architecture, Pooling pooling, Kernel kernel) {
    this.weights = weights;
    this.architecture = architecture;
    this.pooling = pooling;
    this.kernel = kernel;
    hidden = architecture.hidden();
    int count = 0;
    while (weights.has(layer(count) + "output.dense.bias")) {
      count++;
    }
    layers = count;
    addEmbeddings();
    for (int i = 0; i < layers; i++) {
      addLayer(i);
    }
    if (architecture.isCrossEncoder()) {
      linear("head", List.of(headDense()));
      linear("labels", List.of(headLabels()));
    }
  }

  /** The tensors of the archive, in the order that {@code __setstate__} takes them. */
  List<Parameter> parameters() {
    return parameters;
  }

  /** The archive's {@code __torch__.py}. */
  String code() {
    StringBuilder code = new StringBuilder();
    code.append("class Model(Module):\n  __parameters__ = []\n  __buffers__ = []\n");
    code.append("  training : bool\n").append(attributes);
    code.append("  def forward(self: __torch__.Model,\n    ids: Tensor");
    code.append(architecture.isCrossEncoder() ? ",\n    segments: Tensor" : "");
    code.append(
        """
        ) -> Tuple[Tensor, Tensor]:
            texts = torch.size(ids, 0)
            tokens = torch.size(ids, 1)
            real = torch.ne(ids, PADDING)
            mask = annotate(Optional[Tensor], None)
            if bool(torch.all(real)):
              pass
            else:
              mask = annotate(Optional[Tensor], torch.view(real, [texts, 1, 1, tokens]))
            places = torch.slice(self.position, 0, 0, tokens, 1)
        """
            .replace("PADDING", String.valueOf(architecture.paddingId())));
    code.append("    embedded = torch.add(torch.embedding(self.word, ids), places)\n");
    if (architecture.isCrossEncoder()) {
      code.append("    embedded = torch.add(embedded, torch.embedding(self.segment, segments))\n");
    }
    code.append("    normed = ").append(norm("embedded", "embedding_norm"));
    code.append("    rows = torch.mul(texts, tokens)\n").append(kernel.rowsOfNothing());
    code.append(
        """
            whole = torch.eq(nothing, 0)
            h0 = torch.constant_pad_nd(torch.view(normed, [rows, HIDDEN]), [0, 0, 0, nothing])
        """
            .replace("HIDDEN", String.valueOf(hidden)));
    for (int i = 0; i < layers; i++) {
      code.append(layerCode(i));
    }
    code.append(
        "    states = torch.view(torch.slice(h%d, 0, 0, rows, 1), [texts, tokens, %d])\n"
            .formatted(layers, hidden));
    code.append(output("states"));
    code.append(
        """
          def __getstate__(self: __torch__.Model) -> Tuple[List[Tensor], bool]:
            return (annotate(List[Tensor], []), self.training)
          def __setstate__(self: __torch__.Model,
            state: Tuple[List[Tensor], bool]) -> NoneType:
            t, training, = state
            self.training = training
        """);
    code.append(loading).append("    return None\n").append(kernel.methods());
    return code.toString();
  }

  private String layerCode(int i) {
    String name = "l" + i + "_";
    return """
        qkv@ = torch.permute(torch.view(torch.slice(QKV, 0, 0, rows, 1), [texts, tokens, 3, HEADS, SIZE]), [2, 0, 3, 1, 4])
        read@ = torch.scaled_dot_product_attention(torch.select(qkv@, 0, 0), torch.select(qkv@, 0, 1), torch.select(qkv@, 0, 2), mask, 0., False)
        joined@ = torch.reshape(torch.transpose(read@, 1, 2), [rows, HIDDEN])
        if whole:
          filled@ = joined@
        else:
          filled@ = torch.constant_pad_nd(joined@, [0, 0, 0, nothing])
        x@ = NORM1\
        h# = NORM2\
    """
        .replace("QKV", kernel.linear("h@", name + "qkv"))
        .replace("NORM1", norm(kernel.plus("filled@", name + "out", "h@"), name + "attention_norm"))
        .replace(
            "NORM2",
            norm(
                kernel.plus(
                    kernel.activated("x@", name + "up", architecture.activation()),
                    name + "down",
                    "x@"),
                name + "output_norm"))
        .replace("HEADS", String.valueOf(architecture.heads()))
        .replace("SIZE", String.valueOf(hidden / architecture.heads()))
        .replace("HIDDEN", String.valueOf(hidden))
        .replace("@", String.valueOf(i))
        .replace("#", String.valueOf(i + 1));
  }

  private String norm(String input, String name) {
    return "torch.layer_norm(%s, [%d], self.%s_weight, self.%s_bias, %s)\n"
        .formatted(input, hidden, name, name, architecture.epsilon());
  }

  private String output(String last) {
    String first = "torch.select(%s, 1, 0)".formatted(last);
    if (architecture.isCrossEncoder()) {
      return "    head = torch.tanh(%s)\n    return (%s, %s)\n"
          .formatted(
              kernel.linear(first, "head"), full(kernel.linear("head", "labels")), full(last));
    }
    StringBuilder code = new StringBuilder("    last = %s\n".formatted(full(last)));
    if (pooling == Pooling.POOLING_CLS) {
      code.append("    pooled = torch.select(last, 1, 0)\n");
    } else {
      code.append(
          """
              weight = torch.unsqueeze(torch.type_as(real, last), -1)
              pooled = torch.div(torch.sum(torch.mul(last, weight), [1]), torch.sum(weight, [1]))
          """);
    }
    return code.append(
            "    return (torch.div(pooled, torch.linalg_vector_norm(pooled, 2, [-1], True)), last)\n")
        .toString();
  }

  private String full(String tensor) {
    return kernel == Kernel.PLAIN_FLOAT16 ? "torch.to(%s, %d)".formatted(tensor, FLOAT32) : tensor;
  }

  private void addEmbeddings() {
    copy("word", "embeddings.word_embeddings.weight");
    String position = "embeddings.position_embeddings.weight";
    int rows = weights.shape(position).getFirst() - architecture.firstPosition();
    boolean oneSegment = !architecture.isCrossEncoder() && weights.has(TYPES);
    tensor(
        "position",
        List.of(rows, hidden),
        out -> {
          FloatBuffer positions = weights.values(position);
          positions.position(architecture.firstPosition() * hidden);
          FloatBuffer segments = oneSegment ? weights.values(TYPES) : FloatBuffer.allocate(hidden);
          for (int i = 0; i < rows * hidden; i++) {
            out.put(positions.get() + segments.get(i % hidden));
          }
        });
    if (architecture.isCrossEncoder()) {
      List<Integer> shape = weights.has(TYPES) ? weights.shape(TYPES) : List.of(2, hidden);
      // RoBERTa has one segment: the second text of a pair is of the first, too.
      tensor(
          "segment",
          List.of(2, hidden),
          out -> {
            FloatBuffer segments =
                weights.has(TYPES) ? weights.values(TYPES) : FloatBuffer.allocate(2 * hidden);
            for (int i = 0; i < 2 * hidden; i++) {
              out.put(segments.get(shape.getFirst() == 1 ? i % hidden : i));
            }
          });
    }
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

  /** The layer before a classification head's last; {@code pooler.dense} in BERT. */
  private String headDense() {
    return weights.has("classifier.dense.weight") ? "classifier.dense" : "pooler.dense";
  }

  private String headLabels() {
    return weights.has("classifier.out_proj.weight") ? "classifier.out_proj" : "classifier";
  }

  /** One linear layer of those named, their outputs side by side. */
  private void linear(String target, List<String> sources) {
    List<String> matrices = sources.stream().map(name -> name + ".weight").toList();
    int inputs = weights.shape(matrices.getFirst()).getLast();
    int outputs = matrices.stream().mapToInt(name -> weights.shape(name).getFirst()).sum();
    String weight =
        add(
            target + "_weight",
            List.of(outputs, inputs),
            out -> matrices.forEach(name -> out.put(weights.values(name))));
    String bias =
        add(
            target + "_bias",
            List.of(outputs),
            out -> sources.forEach(name -> out.put(weights.values(name + ".bias"))));
    attribute(target + "_weight", kernel.type(), kernel.pack(weight, bias));
    if (kernel.hasBias()) {
      attribute(target + "_bias", "Tensor", bias);
    }
  }

  private void copyNorm(String target, String source) {
    copy(target + "_weight", source + ".weight");
    copy(target + "_bias", source + ".bias");
  }

  private void copy(String target, String source) {
    tensor(target, weights.shape(source), out -> out.put(weights.values(source)));
  }

  private void tensor(String name, List<Integer> shape, Consumer<FloatBuffer> fill) {
    attribute(name, "Tensor", add(name, shape, fill));
  }

  private void attribute(String name, String type, String value) {
    attributes.append("  %s : %s\n".formatted(name, type));
    loading.append("    self.%s = %s\n".formatted(name, value));
  }

  /** Adds a tensor to the archive and gives the expression for it in {@code __setstate__}. */
  private String add(String name, List<Integer> shape, Consumer<FloatBuffer> fill) {
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
    String tensor = "t[%d]".formatted(parameters.size() - 1);
    return kernel == Kernel.PLAIN_FLOAT16 ? "torch.to(%s, %d)".formatted(tensor, FLOAT16) : tensor;
  }
}
