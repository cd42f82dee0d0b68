package io.mnestic.encoder.model;

import ai.djl.Device;
import io.mnestic.encoder.folder.Activation;
import io.mnestic.encoder.v1.Precision;

/**
 * How a graph computes its linear layers, which take nine tenths of the time. On a CPU their
 * weights are packed once, when the model is loaded, for the library that multiplies them:
 * PyTorch's plain product packs anew in each call, and a short query then takes three times as
 * long.
 */
enum Kernel {
  /** Weights and sums in float32, by oneDNN, which also adds the residual and applies GELU. */
  ONEDNN {
    @Override
    String pack(String weight, String bias) {
      return "self.packed(%s, %s)".formatted(weight, bias);
    }

    // oneDNN compiles a program for each number of rows, 0.2 ms and 140 KB of each of four kinds of
    // layer, and keeps 1,024 of them: a model would grow by 150 MB with the lengths it meets.
    @Override
    String rowsOfNothing() {
      return """
          if torch.le(rows, 64):
            step = 4
          else:
            step = 16
          nothing = torch.remainder(torch.neg(rows), step)
      """;
    }

    // PyTorch 2.7 forgets how oneDNN padded a matrix whose rows do not fill its blocks, and then
    // multiplies by the wrong numbers. Which sizes those are depends on the processor, so each
    // layer
    // is tried on rows of its own, and left as it is if it went wrong.
    @Override
    String methods() {
      return """
        def packed(self: __torch__.Model,
          weight: Tensor,
          bias: Tensor) -> Tensor:
          blocks = ops.mkldnn._reorder_linear_weight(weight, None)
          rows = torch.slice(weight, 0, 0, 5, 1)
          none = annotate(List[Optional[number]], [])
          tried = ops.mkldnn._linear_pointwise(rows, blocks, bias, "none", none, "")
          if torch.allclose(tried, torch.linear(rows, weight, bias), 1e-3, 1e-3):
            result = blocks
          else:
            result = torch.to_mkldnn(weight)
          return result
      """;
    }

    @Override
    String linear(String input, String name) {
      return call(input, name, "\"none\", annotate(List[Optional[number]], []), \"\"");
    }

    @Override
    String activated(String input, String name, Activation activation) {
      return switch (activation) {
        case GELU -> call(input, name, "\"gelu\", annotate(List[Optional[number]], []), \"none\"");
        case GELU_TANH ->
            call(input, name, "\"gelu\", annotate(List[Optional[number]], []), \"tanh\"");
        case RELU -> call(input, name, "\"relu\", annotate(List[Optional[number]], []), \"\"");
      };
    }

    @Override
    String plus(String input, String name, String residual) {
      return "ops.mkldnn._linear_pointwise(%s, %s, self.%s_weight, self.%s_bias, \"add\")"
          .formatted(input, residual, name, name);
    }

    private String call(String input, String name, String rest) {
      return "ops.mkldnn._linear_pointwise(%s, self.%s_weight, self.%s_bias, %s)"
          .formatted(input, name, name, rest);
    }
  },

  /** Weights in float16, products and sums in float32, by FBGEMM. */
  FBGEMM_FLOAT16 {
    @Override
    String type() {
      return FBGEMM_WEIGHTS;
    }

    @Override
    String pack(String weight, String bias) {
      return "ops.quantized.linear_prepack_fp16(%s, %s)".formatted(weight, bias);
    }

    @Override
    String linear(String input, String name) {
      return "ops.quantized.linear_dynamic_fp16(%s, self.%s_weight)".formatted(input, name);
    }
  },

  /**
   * Weights in 8 bits with a scale for each output, inputs in 7 bits with a scale for each batch,
   * sums in 32 bits, by FBGEMM. Not 8 bits for the inputs: without VNNI the products of two are
   * summed in 16 bits and would overflow.
   */
  FBGEMM_INT8 {
    @Override
    String type() {
      return FBGEMM_WEIGHTS;
    }

    @Override
    String pack(String weight, String bias) {
      String scales =
          "torch.clamp_min(torch.div(torch.amax(torch.abs(%s), [1], False), 127.), 1e-12)"
              .formatted(weight);
      return ("ops.quantized.linear_prepack(torch.quantize_per_channel(%1$s, %2$s, "
              + "torch.zeros_like(%2$s, dtype=4), 0, 12), %3$s)")
          .formatted(weight, scales, bias);
    }

    @Override
    String linear(String input, String name) {
      return "ops.quantized.linear_dynamic(%s, self.%s_weight, True)".formatted(input, name);
    }
  },

  /** PyTorch's own product, in the precision of the device's tensors: what GPUs run fast. */
  PLAIN,

  /** The same in float16 throughout; vectors are made float32 before they leave the device. */
  PLAIN_FLOAT16;

  private static final String TENSOR = "Tensor";
  private static final String FBGEMM_WEIGHTS =
      "__torch__.torch.classes.quantized.LinearPackedParamsBase";

  /**
   * The kernel for a precision on a device.
   *
   * @throws IllegalArgumentException for INT8 on a GPU
   */
  static Kernel of(Precision precision, Device device) {
    return switch (precision) {
      case PRECISION_FLOAT16 -> device.isGpu() ? PLAIN_FLOAT16 : FBGEMM_FLOAT16;
      case PRECISION_INT8 -> {
        if (device.isGpu()) {
          throw new IllegalArgumentException(
              "8 bits are for CPUs: use FLOAT16 or FLOAT32 on a GPU");
        }
        yield FBGEMM_INT8;
      }
      default -> device.isGpu() ? PLAIN : ONEDNN;
    };
  }

  /** TorchScript's type of a layer's weights. */
  String type() {
    return TENSOR;
  }

  /** Whether packed weights are tensors, with their bias beside them. */
  boolean hasBias() {
    return type().equals(TENSOR);
  }

  /** Methods that {@link #pack} calls. */
  String methods() {
    return "";
  }

  /**
   * Sets {@code nothing}: how many rows to put after a matrix's {@code rows}, so that few differ.
   */
  String rowsOfNothing() {
    return "    nothing = 0\n";
  }

  /** Packs a layer's weights, if it does: [outputs, inputs] and [outputs]. */
  String pack(String weight, String bias) {
    return weight;
  }

  /** A linear layer. */
  String linear(String input, String name) {
    return "torch.linear(%s, self.%s_weight, self.%s_bias)".formatted(input, name, name);
  }

  /** A linear layer and the activation after it. */
  String activated(String input, String name, Activation activation) {
    String linear = linear(input, name);
    return switch (activation) {
      case GELU -> "torch.gelu(%s)".formatted(linear);
      case GELU_TANH -> "torch.gelu(%s, approximate=\"tanh\")".formatted(linear);
      case RELU -> "torch.relu(%s)".formatted(linear);
    };
  }

  /** A linear layer with its result added to another tensor. */
  String plus(String input, String name, String residual) {
    return "torch.add(%s, %s)".formatted(linear(input, name), residual);
  }
}
