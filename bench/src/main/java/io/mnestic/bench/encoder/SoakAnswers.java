package io.mnestic.bench.encoder;

import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.Encoding;
import io.mnestic.encoder.v1.Passage;
import io.mnestic.encoder.v1.RerankRequest;
import io.mnestic.encoder.v1.RerankResponse;
import io.mnestic.encoder.v1.RerankedDocument;
import java.util.List;
import java.util.Optional;

/** What is wrong with an answer, in words. */
final class SoakAnswers {
  private static final double UNIT_TOLERANCE = 1e-3;
  private static final double LEAST = -1 - UNIT_TOLERANCE;

  private SoakAnswers() {}

  /** Every text that was accepted has unit vectors. */
  static Optional<String> fault(EncodeRequest request, EncodeResponse response) {
    if (response.getEncodingsCount() != request.getTextsCount()) {
      return Optional.of(
          "%d encodings for %d texts"
              .formatted(response.getEncodingsCount(), request.getTextsCount()));
    }
    for (Encoding encoding : response.getEncodingsList()) {
      if (encoding.hasError()
          || !encoding.getPassagesList().stream().allMatch(SoakAnswers::isUnit)) {
        return Optional.of("no unit vector " + encoding.getError().getMessage());
      }
    }
    return Optional.empty();
  }

  /** As many documents as asked for, each once, best first, with cosines for scores. */
  static Optional<String> fault(RerankRequest request, RerankResponse response) {
    List<RerankedDocument> ranked = response.getDocumentsList();
    int wanted = request.getLimit() == 0 ? request.getDocumentsCount() : request.getLimit();
    if (ranked.size() != wanted) {
      return Optional.of("%d documents, not %d".formatted(ranked.size(), wanted));
    }
    if (ranked.stream().mapToInt(RerankedDocument::getIndex).distinct().count() != wanted) {
      return Optional.of("a document is ranked twice");
    }
    double last = 1 + UNIT_TOLERANCE;
    for (RerankedDocument document : ranked) {
      // Not a number fails it too.
      if (document.hasError() || !(document.getScore() <= last && document.getScore() >= LEAST)) {
        return Optional.of(
            "a score of %s after %s %s"
                .formatted(document.getScore(), last, document.getError().getMessage()));
      }
      last = document.getScore();
    }
    return Optional.empty();
  }

  private static boolean isUnit(Passage passage) {
    double squares = 0;
    for (float value : passage.getVectorList()) {
      squares += (double) value * value;
    }
    // Not a number fails it too.
    return Math.abs(squares - 1) <= UNIT_TOLERANCE;
  }
}
