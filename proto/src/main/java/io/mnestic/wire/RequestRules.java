package io.mnestic.wire;

import build.buf.protovalidate.ValidationResult;
import build.buf.protovalidate.Validator;
import build.buf.protovalidate.exceptions.ValidationException;
import build.buf.validate.FieldPathElement;
import build.buf.validate.Violation;
import com.google.protobuf.Message;
import io.mnestic.error.v1.Reason;
import jakarta.inject.Singleton;
import java.util.List;

/** The rules that the contracts declare for requests. */
@Singleton
public final class RequestRules {
  // A status travels in HTTP/2 trailers, which peers cap at 8 KiB.
  private static final int MOST_VIOLATIONS = 16;
  private static final int LONGEST_PATH = 100;

  private final Validator validator;

  RequestRules(Validator validator) {
    this.validator = validator;
  }

  /** Compiles the rules of a message's type, which takes tens of milliseconds. */
  public void warm(Message message) {
    validate(message);
  }

  /**
   * Checks a request.
   *
   * @throws Refusal INVALID_FIELD that names each field that breaks a rule
   */
  public void check(Message request) {
    check(request, "");
  }

  /**
   * Checks what a part of a request comes to, such as a memory with an update in it.
   *
   * @param field the path of the request's field that stands for it
   * @throws Refusal INVALID_FIELD that names each field that breaks a rule
   */
  public void check(Message part, String field) {
    ValidationResult result = validate(part);
    if (!result.isSuccess()) {
      throw refusal(result.toProto().getViolationsList(), field);
    }
  }

  private ValidationResult validate(Message message) {
    try {
      return validator.validate(message);
    } catch (ValidationException e) {
      throw new IllegalStateException(
          "the rules of " + message.getDescriptorForType().getFullName(), e);
    }
  }

  private static Refusal refusal(List<Violation> violations, String field) {
    Violation first = violations.getFirst();
    int left = violations.size() - MOST_VIOLATIONS;
    Refusal refusal =
        Refusal.of(
            Reason.REASON_INVALID_FIELD,
            path(first, field)
                + ": "
                + first.getMessage()
                + (left > 0 ? " (and more fields than are listed: " + left + ")" : ""));
    for (Violation violation :
        violations.subList(0, Math.min(violations.size(), MOST_VIOLATIONS))) {
      refusal =
          refusal.withField(path(violation, field), violation.getRuleId(), violation.getMessage());
    }
    return refusal;
  }

  private static String path(Violation violation, String field) {
    StringBuilder path = new StringBuilder(field);
    for (FieldPathElement element : violation.getField().getElementsList()) {
      path.append(path.isEmpty() ? "" : ".").append(element.getFieldName());
      if (element.hasIndex()) {
        path.append('[').append(element.getIndex()).append(']');
      } else if (element.hasStringKey()) {
        path.append("[\"").append(element.getStringKey()).append("\"]");
      }
    }
    if (path.length() > LONGEST_PATH) {
      return path.substring(0, LONGEST_PATH) + "...";
    }
    return path.isEmpty() ? "request" : path.toString();
  }
}
