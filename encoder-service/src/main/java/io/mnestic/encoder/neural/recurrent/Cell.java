package io.mnestic.encoder.neural.recurrent;

import ai.djl.nn.recurrent.RNN;
import ai.djl.nn.recurrent.RecurrentBlock;

/** What a recurrent network is made of; DJL's own blocks, which run PyTorch's fused kernels. */
enum Cell {
  /**
   * Long short-term memory (Hochreiter and Schmidhuber 1997): gates i, f, o and candidate g of W x
   * + U h + b; c ← f ⊙ c + i ⊙ g, h ← o ⊙ tanh c. Weights in the order i, f, g, o.
   */
  LSTM {
    @Override
    RecurrentBlock block(int state) {
      return ai.djl
          .nn
          .recurrent
          .LSTM
          .builder()
          .setNumLayers(1)
          .setStateSize(state)
          .optBatchFirst(true)
          .build();
    }
  },

  /**
   * Gated recurrent unit (Cho and others 2014): reset r and update z of W x + U h + b; n = tanh(Wₙ
   * x + bₙ + r ⊙ (Uₙ h + cₙ)), h ← (1 − z) ⊙ n + z ⊙ h. Weights in the order r, z, n.
   */
  GRU {
    @Override
    RecurrentBlock block(int state) {
      return ai.djl
          .nn
          .recurrent
          .GRU
          .builder()
          .setNumLayers(1)
          .setStateSize(state)
          .optBatchFirst(true)
          .build();
    }
  },

  /** The plain network (Elman 1990): h ← tanh(W x + U h + b). */
  PLAIN {
    @Override
    RecurrentBlock block(int state) {
      return RNN.builder()
          .setNumLayers(1)
          .setStateSize(state)
          .setActivation(RNN.Activation.TANH)
          .optBatchFirst(true)
          .build();
    }
  };

  /** One layer that gives the state of each step. */
  abstract RecurrentBlock block(int state);
}
