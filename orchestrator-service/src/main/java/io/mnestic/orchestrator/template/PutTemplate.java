package io.mnestic.orchestrator.template;

import com.google.protobuf.util.Timestamps;
import io.mnestic.error.v1.Reason;
import io.mnestic.orchestrator.template.Templates.Stored;
import io.mnestic.orchestrator.v1.PromptTemplate;
import io.mnestic.orchestrator.v1.PutTemplateRequest;
import io.mnestic.orchestrator.v1.PutTemplateResponse;
import io.mnestic.orchestrator.v1.TemplateHistory;
import io.mnestic.orchestrator.v1.TemplateVersion;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Keeps a template as a new version. */
@Singleton
public final class PutTemplate {
  private static final int MOST_VERSIONS = 50;

  private static final int MOST_TEMPLATE_BYTES = 4 << 20;

  /** A record holds 16 MiB. */
  private static final int MOST_BYTES = 12 << 20;

  private final Templates templates;

  PutTemplate(Templates templates) {
    this.templates = templates;
  }

  /**
   * Keeps a template, unless the newest version says the same.
   *
   * @throws Refusal INVALID_FIELD, ETAG_MISMATCH, REQUEST_ID_REUSED
   */
  public PutTemplateResponse put(PutTemplateRequest request) {
    PromptTemplate template = bare(request.getTemplate());
    if (template.getSerializedSize() > MOST_TEMPLATE_BYTES) {
      throw Variables.invalid(
          "template", "a template may have " + (MOST_TEMPLATE_BYTES >> 20) + " MiB in all");
    }
    Filling.requireSound(template);
    while (true) {
      Optional<Stored> found = templates.find(request.getNamespace(), template.getName());
      Optional<PutTemplateResponse> done = found.flatMap(stored -> repeated(request, stored));
      if (done.isPresent()) {
        return done.get();
      }
      requireVersion(request, found);
      if (found.isPresent() && bare(found.get().newest()).equals(template)) {
        return PutTemplateResponse.newBuilder().setTemplate(found.get().newest()).build();
      }
      PromptTemplate next =
          template.toBuilder()
              .setVersion(found.map(stored -> stored.newest().getVersion()).orElse(0) + 1)
              .setCreateTime(Timestamps.now())
              .build();
      if (templates.replace(request.getNamespace(), found, with(request, found, next))) {
        return PutTemplateResponse.newBuilder().setTemplate(next).setChanged(true).build();
      }
    }
  }

  private static Optional<PutTemplateResponse> repeated(PutTemplateRequest request, Stored stored) {
    if (request.getRequestId().isEmpty()) {
      return Optional.empty();
    }
    Optional<PromptTemplate> made =
        stored.history().getVersionsList().stream()
            .filter(version -> version.getRequestId().equals(request.getRequestId()))
            .map(TemplateVersion::getTemplate)
            .findFirst();
    if (made.isPresent() && !bare(made.get()).equals(bare(request.getTemplate()))) {
      throw Refusal.of(
              Reason.REASON_REQUEST_ID_REUSED,
              "request_id was used before for another template text: take another one")
          .withField("request_id");
    }
    return made.map(template ->
        PutTemplateResponse.newBuilder().setTemplate(template).setChanged(true).build());
  }

  private static void requireVersion(PutTemplateRequest request, Optional<Stored> found) {
    int newest = found.map(stored -> stored.newest().getVersion()).orElse(0);
    if (request.hasIfVersion() && request.getIfVersion() != newest) {
      throw Refusal.of(
              Reason.REASON_ETAG_MISMATCH,
              "the newest version is "
                  + newest
                  + ", not "
                  + Integer.toUnsignedString(request.getIfVersion())
                  + ": get it and repeat")
          .withField("if_version");
    }
  }

  /** The oldest versions go when there are too many, or too much of them. */
  private static TemplateHistory with(
      PutTemplateRequest request, Optional<Stored> found, PromptTemplate next) {
    TemplateHistory.Builder history =
        found.map(stored -> stored.history().toBuilder()).orElseGet(TemplateHistory::newBuilder);
    history.addVersions(
        TemplateVersion.newBuilder().setTemplate(next).setRequestId(request.getRequestId()));
    while (history.getVersionsCount() > MOST_VERSIONS
        || (history.getVersionsCount() > 1 && history.build().getSerializedSize() > MOST_BYTES)) {
      history.removeVersions(0);
    }
    return history.build();
  }

  /** Without what the service adds. */
  private static PromptTemplate bare(PromptTemplate template) {
    return template.toBuilder().clearVersion().clearCreateTime().build();
  }
}
