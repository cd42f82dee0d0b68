package io.mnestic.encoder.encode;

import io.mnestic.encoder.v1.RerankMethod;
import io.mnestic.encoder.v1.RerankedDocument;
import java.util.List;

/** Scores documents by how well they answer one query. */
sealed interface Scorer permits LateInteraction, TextPairs {
  /** How the scores are made, and so between which numbers they lie. */
  RerankMethod method();

  /** Tokens of the query that were dropped. */
  int queryTokensDropped();

  /** The documents with their scores and without their places, in order. */
  List<RerankedDocument.Builder> score(List<String> documents);
}
