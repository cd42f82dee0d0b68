package io.mnestic.wire;

import static org.assertj.core.api.Assertions.assertThat;

import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ValidationException;
import build.buf.validate.FieldPathElement;
import build.buf.validate.FieldRules;
import build.buf.validate.Ignore;
import build.buf.validate.ValidateProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.mnestic.encoder.v1.EncoderServiceOuterClass;
import io.mnestic.memory.v1.MemoryStoreServiceOuterClass;
import io.mnestic.orchestrator.v1.OrchestratorServiceOuterClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every id and name that a request of any service can carry, wherever it stands in it. */
class ControlCharactersTest {
  /** Texts that people or models wrote, what servers alone set, and tokens checked by a sum. */
  private static final Set<String> FREE =
      Set.of(
          "key",
          "value",
          "content",
          "query",
          "text",
          "texts",
          "documents",
          "system_prompt",
          "arguments",
          "title",
          "etag",
          "page_token",
          "recall_id",
          "comment",
          "description",
          "answer_pattern",
          "input",
          "output");

  private final Validator validator = ValidatorFactory.newBuilder().build();

  @ParameterizedTest
  @MethodSource("ids")
  void areRefused(Id id) throws ValidationException {
    for (String bad : List.of("a\u0000", "a\nb", "\u0007", "a\u0085")) {
      assertThat(
              validator.validate(id.message(0, bad)).toProto().getViolationsList().stream()
                  .map(violation ->
                      violation.getField().getElementsList().stream()
                          .map(FieldPathElement::getFieldName)
                          .toList()))
          .contains(id.path().stream().map(FieldDescriptor::getName).toList());
    }
  }

  static Stream<Id> ids() {
    return Stream.of(
            EncoderServiceOuterClass.getDescriptor(),
            MemoryStoreServiceOuterClass.getDescriptor(),
            OrchestratorServiceOuterClass.getDescriptor())
        .map(FileDescriptor::getServices)
        .flatMap(List::stream)
        .flatMap(service -> service.getMethods().stream())
        .flatMap(method -> {
          List<Id> ids = new ArrayList<>();
          collect(method.getInputType(), new Id(method.getInputType(), List.of()), ids);
          return ids.stream();
        });
  }

  private static void collect(Descriptor type, Id above, List<Id> ids) {
    for (FieldDescriptor field : type.getFields()) {
      if (field.isMapField() || isCheckedLater(field)) {
        continue;
      }
      if (field.getJavaType() == JavaType.STRING && !FREE.contains(field.getName())) {
        ids.add(above.then(field));
      } else if (field.getJavaType() == JavaType.MESSAGE
          && field.getMessageType().getFullName().startsWith("mnestic.")) {
        collect(field.getMessageType(), above.then(field), ids);
      }
    }
  }

  /**
   * Holds new values of some fields, which the service checks together with the others; or several
   * requests of another call, each of which it checks as that call does.
   */
  private static boolean isCheckedLater(FieldDescriptor field) {
    FieldRules rules = field.getOptions().getExtension(ValidateProto.field);
    return rules.getIgnore() == Ignore.IGNORE_ALWAYS
        || rules.getRepeated().getItems().getIgnore() == Ignore.IGNORE_ALWAYS;
  }

  /** A field of a request, by the fields that lead to it. */
  record Id(Descriptor request, List<FieldDescriptor> path) {
    Id then(FieldDescriptor field) {
      List<FieldDescriptor> longer = new ArrayList<>(path);
      longer.add(field);
      return new Id(request, longer);
    }

    /** The message at {@code depth} of the path, with the text at the path's end. */
    Message message(int depth, String text) {
      FieldDescriptor field = path.get(depth);
      Object value = depth == path.size() - 1 ? text : message(depth + 1, text);
      return DynamicMessage.newBuilder(field.getContainingType())
          .setField(field, field.isRepeated() ? List.of(value) : value)
          .build();
    }

    @Override
    public String toString() {
      return request.getName()
          + " "
          + String.join(".", path.stream().map(FieldDescriptor::getName).toList());
    }
  }
}
