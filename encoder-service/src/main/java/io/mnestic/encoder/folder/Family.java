package io.mnestic.encoder.folder;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The architectures that are read, each by {@code model_type} of {@code config.json}. */
public enum Family {
  /** BERT (Devlin et al. 2019). */
  BERT("bert", "Bert", 0),
  /** RoBERTa (Liu et al. 2019): positions count from behind the padding id, in training alone. */
  ROBERTA("roberta", "Roberta", 1),
  /** XLM-R (Conneau et al. 2020): RoBERTa with another vocabulary. */
  XLM_ROBERTA("xlm-roberta", "XLMRoberta", 1),
  /** DistilBERT (Sanh et al. 2019): no segments and no pooler. */
  DISTILBERT("distilbert", "DistilBert", 0);

  final String modelType;
  final String classPrefix;
  final int defaultPaddingId;

  Family(String modelType, String classPrefix, int defaultPaddingId) {
    this.modelType = modelType;
    this.classPrefix = classPrefix;
    this.defaultPaddingId = defaultPaddingId;
  }

  static @Nullable Family of(String modelType) {
    for (Family family : values()) {
      if (family.modelType.equals(modelType.toLowerCase(Locale.ROOT))) {
        return family;
      }
    }
    return null;
  }

  /** The family of a class such as {@code BertForMaskedLM}. */
  static @Nullable Family ofClass(String architecture) {
    for (Family family : values()) {
      if (architecture.startsWith(family.classPrefix + "For")
          || architecture.equals(family.classPrefix + "Model")) {
        return family;
      }
    }
    return null;
  }

  /** Rows of the position table before the one of the first token. */
  int positionOffset(int paddingId) {
    return this == ROBERTA || this == XLM_ROBERTA ? paddingId + 1 : 0;
  }
}
