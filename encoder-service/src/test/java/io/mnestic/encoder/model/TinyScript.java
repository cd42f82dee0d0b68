package io.mnestic.encoder.model;

import io.mnestic.encoder.folder.TinyTokenizers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A TorchScript file of a user, of seeded numbers: a vector for each token, to which it adds the
 * sum of all tokens that the mask leaves, and a vector for its segment, as far as it is given them.
 */
public final class TinyScript {
  public static final int DIMENSIONS = 8;

  private final String inputs;
  private final float[][] words;
  private final float[] segment;

  /** One that takes {@code ids}, {@code ids,mask} or {@code ids,mask,types}. */
  public TinyScript(String inputs, long seed) {
    Random random = new Random(seed);
    this.inputs = inputs;
    words = new float[TinyTokenizers.size(TinyTokenizers.wordPiece())][];
    Arrays.setAll(words, word -> numbers(random));
    segment = numbers(random);
  }

  /** Its folder, described by a file of these lines. */
  public void write(Path folder, String description) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("tokenizer.json"), TinyTokenizers.wordPiece().toString());
    Files.writeString(folder.resolve("mnestic.json"), description);
    float[] table = new float[words.length * DIMENSIONS];
    for (int word = 0; word < words.length; word++) {
      System.arraycopy(words[word], 0, table, word * DIMENSIONS, DIMENSIONS);
    }
    // The second segment is never asked for; were it, nothing would be right.
    float[] segments = Arrays.copyOf(segment, 2 * DIMENSIONS);
    Arrays.fill(segments, DIMENSIONS, 2 * DIMENSIONS, Float.NaN);
    try (OutputStream out = Files.newOutputStream(folder.resolve("model.pt"))) {
      TorchScriptArchive.write(
          out,
          code(),
          List.of(
              new Parameter("words", List.of(words.length, DIMENSIONS), () -> bytes(table)),
              new Parameter("segments", List.of(2, DIMENSIONS), () -> bytes(segments))));
    }
  }

  /** What it gives for each token of a text alone. */
  public double[][] states(int[] ids) {
    double[][] states = new double[ids.length][DIMENSIONS];
    for (int i = 0; i < DIMENSIONS; i++) {
      double sum = 0;
      for (int id : ids) {
        sum += words[id][i];
      }
      for (int token = 0; token < ids.length; token++) {
        states[token][i] =
            words[ids[token]][i]
                + (inputs.contains("mask") ? sum : 0)
                + (inputs.contains("types") ? segment[i] : 0);
      }
    }
    return states;
  }

  private String code() {
    StringBuilder code = new StringBuilder();
    code.append(
        """
        class Model(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
          words : Tensor
          segments : Tensor
          def forward(self: __torch__.Model,
            ids: Tensor\
        """);
    code.append(inputs.contains("mask") ? ",\n    mask: Tensor" : "");
    code.append(inputs.contains("types") ? ",\n    types: Tensor" : "");
    code.append(") -> Tensor:\n    s0 = torch.embedding(self.words, ids)\n");
    code.append(
        inputs.contains("mask")
            ? "    s1 = torch.add(s0, torch.sum(torch.mul(s0, torch.unsqueeze(mask, -1)), [1], True))\n"
            : "    s1 = s0\n");
    code.append(
        inputs.contains("types")
            ? "    s2 = torch.add(s1, torch.embedding(self.segments, types))\n"
            : "    s2 = s1\n");
    code.append(
        """
            return s2
          def __getstate__(self: __torch__.Model) -> Tuple[List[Tensor], bool]:
            return (annotate(List[Tensor], []), self.training)
          def __setstate__(self: __torch__.Model,
            state: Tuple[List[Tensor], bool]) -> NoneType:
            t, training, = state
            self.training = training
            self.words = t[0]
            self.segments = t[1]
            return None
        """);
    return code.toString();
  }

  private static float[] numbers(Random random) {
    float[] numbers = new float[DIMENSIONS];
    for (int i = 0; i < DIMENSIONS; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }
}
