package io.mnestic.encoder.encode;

import build.buf.protovalidate.Validator;
import build.buf.protovalidate.exceptions.ValidationException;
import io.micronaut.context.annotation.Context;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.InputType;
import jakarta.annotation.PostConstruct;

/** Before the server listens: loads the default model and walks a request's path once. */
@Context
final class WarmUp {
  private final EncodeTexts encodeTexts;
  private final Validator validator;

  WarmUp(EncodeTexts encodeTexts, Validator validator) {
    this.encodeTexts = encodeTexts;
    this.validator = validator;
  }

  @PostConstruct
  void run() throws ValidationException {
    EncodeRequest request =
        EncodeRequest.newBuilder()
            .addTexts("What did I say?")
            .setInputType(InputType.INPUT_TYPE_QUERY)
            .build();
    validator.validate(request);
    encodeTexts.encode(request);
  }
}
