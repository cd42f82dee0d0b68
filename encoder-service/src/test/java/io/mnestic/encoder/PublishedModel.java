package io.mnestic.encoder;

import io.mnestic.encoder.v1.Pooling;

/**
 * What the models' authors publish, spelled out apart from the service's own table: a mistake there
 * can not be its own reference.
 */
enum PublishedModel {
  BGE_EN(
      "bge-small-en-v1.5",
      384,
      512,
      Pooling.POOLING_CLS,
      "Represent this sentence for searching relevant passages: "),
  MINI_LM("all-MiniLM-L6-v2", 384, 256, Pooling.POOLING_MEAN, ""),
  BGE_ZH("bge-small-zh-v1.5", 512, 512, Pooling.POOLING_CLS, "为这个句子生成表示以用于检索相关文章：");

  final String id;
  final int dimensions;
  final int maxTokens;
  final Pooling pooling;
  final String queryPrompt;

  PublishedModel(String id, int dimensions, int maxTokens, Pooling pooling, String queryPrompt) {
    this.id = id;
    this.dimensions = dimensions;
    this.maxTokens = maxTokens;
    this.pooling = pooling;
    this.queryPrompt = queryPrompt;
  }
}
