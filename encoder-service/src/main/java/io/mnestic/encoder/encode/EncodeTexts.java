package io.mnestic.encoder.encode;

import com.google.common.primitives.Ints;
import io.mnestic.encoder.batching.BatchingSettings;
import io.mnestic.encoder.batching.Lane;
import io.mnestic.encoder.batching.Outcome;
import io.mnestic.encoder.model.Input;
import io.mnestic.encoder.model.ModelSpec;
import io.mnestic.encoder.model.Output;
import io.mnestic.encoder.tokens.Window;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.Encoding;
import io.mnestic.encoder.v1.InputType;
import io.mnestic.encoder.v1.Passage;
import io.mnestic.encoder.v1.TokenVectors;
import io.mnestic.error.v1.Reason;
import io.mnestic.wire.Failures;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/** Encodes the texts of one request: to tokens on the caller's thread, to vectors by the model. */
@Singleton
public final class EncodeTexts {
  private final Models models;
  private final int maxPassages;

  EncodeTexts(Models models, BatchingSettings settings) {
    this.models = models;
    maxPassages = settings.queuePassages();
  }

  /**
   * Unit vectors of the texts, in order.
   *
   * @throws Refusal UNKNOWN_MODEL; MODEL_INVALID; OVERLOADED; INVALID_FIELD if the texts make too
   *     many passages, or the model does not have what is asked
   */
  public EncodeResponse encode(EncodeRequest request) {
    return encode(request, refusal -> false);
  }

  /**
   * The same, for a caller that can wait.
   *
   * @param again whether to try again after the queue refused
   */
  EncodeResponse encode(EncodeRequest request, Predicate<Refusal> again) {
    try (Lease lease = models.lease(request.getModel(), request.getPrecision())) {
      ServedModel model = lease.model();
      VectorWriter writer =
          new VectorWriter(request.getFormat(), dimensions(request, model.spec()));
      if (wantsTokens(request) && !model.spec().hasTokenVectors()) {
        throw withoutTokenVectors(model.spec(), "output");
      }
      boolean query = request.getInputType() == InputType.INPUT_TYPE_QUERY;
      String prompt = query ? model.spec().queryPrompt() : model.spec().documentPrompt();
      PreparedTexts texts =
          PreparedTexts.of(
              request.getTextsList(),
              model,
              query ? model.queryPrompt() : model.documentPrompt(),
              request.getOverflow(),
              wantsTokens(request),
              maxPassages);
      Iterator<Outcome> outcomes =
          run(model, texts.inputs(), query ? Lane.QUERY : Lane.BULK, again).iterator();
      EncodeResponse.Builder response =
          EncodeResponse.newBuilder()
              .setModel(model.spec().name())
              .setModelRevision(model.revision())
              .setDimensions(writer.dimensions())
              .setPrompt(prompt)
              .setPrecision(model.precision());
      for (PreparedTexts.Text text : texts.texts()) {
        Encoding.Builder encoding =
            response
                .addEncodingsBuilder()
                .setTokensUsed(text.used())
                .setTokensDropped(text.dropped())
                .setTruncated(text.dropped() > 0);
        for (Window window : text.windows()) {
          Passage.Builder passage =
              encoding
                  .addPassagesBuilder()
                  .setStartChar(window.startChar())
                  .setEndChar(window.endChar());
          switch (outcomes.next()) {
            case Outcome.Done done ->
                write(request, writer, texts, text, window, done.output(), passage);
            case Outcome.Failed failed -> encoding.setError(status(failed));
          }
        }
        if (encoding.hasError()) {
          encoding.getPassagesBuilderList().forEach(EncodeTexts::withoutVectors);
        }
      }
      return response.build();
    }
  }

  private static List<Outcome> run(
      ServedModel model, List<Input> inputs, Lane lane, Predicate<Refusal> again) {
    while (true) {
      try {
        return model.run(inputs, lane);
      } catch (Refusal refusal) {
        if (!again.test(refusal)) {
          throw refusal;
        }
      }
    }
  }

  /** What a failed text's caller is told. */
  static com.google.rpc.Status status(Outcome.Failed failed) {
    return Failures.protoOf(failed.cause(), "encoding a text");
  }

  static Refusal withoutTokenVectors(ModelSpec spec, String field) {
    return Refusal.of(
            Reason.REASON_INVALID_FIELD,
            "model '%s' gives no vectors of tokens: a TorchScript file does with pooling cls or mean"
                .formatted(spec.name()))
        .withField(field);
  }

  private static void write(
      EncodeRequest request,
      VectorWriter writer,
      PreparedTexts texts,
      PreparedTexts.Text text,
      Window window,
      Output output,
      Passage.Builder passage) {
    if (wantsText(request)) {
      writer.write(output.vector(), passage);
    }
    if (wantsTokens(request)) {
      TokenVectors.Builder tokens = passage.getTokensBuilder();
      tokens.addAllIds(Ints.asList(text.tokens().ids(window.from(), window.to())));
      for (int token = window.from(); token < window.to(); token++) {
        tokens.addStarts(text.tokens().start(token));
      }
      writer.write(texts.own(output.tokens(), window), tokens);
    }
  }

  private static void withoutVectors(Passage.Builder passage) {
    passage.clearVector().clearPacked().clearScale().clearTokens();
  }

  private static boolean wantsText(EncodeRequest request) {
    return switch (request.getOutput()) {
      case OUTPUT_TOKENS -> false;
      default -> true;
    };
  }

  private static boolean wantsTokens(EncodeRequest request) {
    return switch (request.getOutput()) {
      case OUTPUT_TOKENS, OUTPUT_TEXT_AND_TOKENS -> true;
      default -> false;
    };
  }

  private static int dimensions(EncodeRequest request, ModelSpec spec) {
    if (spec.architecture().isCrossEncoder()) {
      throw Refusal.of(
              Reason.REASON_INVALID_FIELD,
              "model '%s' reads two texts together and has no vectors: use Rerank"
                  .formatted(spec.name()))
          .withField("model");
    }
    int asked = request.getDimensions();
    if (asked == 0 || asked == spec.dimensions()) {
      return spec.dimensions();
    }
    if (asked > spec.dimensions()) {
      throw refused(
          "model '%s' has %d dimensions, not %d".formatted(spec.name(), spec.dimensions(), asked));
    }
    if (spec.shorter().isEmpty()) {
      throw refused(
          "model '%s' was not trained to have its vectors cut: leave dimensions out, or 0"
              .formatted(spec.name()));
    }
    return asked;
  }

  private static Refusal refused(String why) {
    return Refusal.of(Reason.REASON_INVALID_FIELD, why).withField("dimensions");
  }
}
