package io.mnestic.orchestrator.learning;

import io.mnestic.error.v1.Reason;
import io.mnestic.orchestrator.learning.ReaderRecords.Kept;
import io.mnestic.orchestrator.learning.ReaderRecords.VersionPage;
import io.mnestic.orchestrator.v1.ActivateReaderVersionRequest;
import io.mnestic.orchestrator.v1.ActivateReaderVersionResponse;
import io.mnestic.orchestrator.v1.ActiveReader;
import io.mnestic.orchestrator.v1.ListReaderVersionsRequest;
import io.mnestic.orchestrator.v1.ListReaderVersionsResponse;
import io.mnestic.orchestrator.v1.ReaderVersion;
import io.mnestic.wire.Refusal;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Lists versions and says which one ranks. */
@Singleton
public final class ReaderVersions {
  private final ReaderRecords records;
  private final Reader reader;

  ReaderVersions(ReaderRecords records, Reader reader) {
    this.records = records;
    this.reader = reader;
  }

  /** A page of versions, and which one is active. */
  public ListReaderVersionsResponse list(ListReaderVersionsRequest request) {
    VersionPage page =
        records.versions(request.getNamespace(), request.getPageSize(), request.getPageToken());
    Optional<Kept<ActiveReader>> active = records.active(request.getNamespace());
    ListReaderVersionsResponse.Builder reply =
        ListReaderVersionsResponse.newBuilder()
            .setNextPageToken(page.nextPageToken())
            .setActiveVersion(active.map(kept -> kept.value().getVersion()).orElse(0L))
            .setEtag(active.map(Kept::etag).orElse(""));
    page.versions().forEach(version -> reply.addVersions(version.toBuilder().clearHead()));
    return reply.build();
  }

  /**
   * Replaces the active version in one write, so a recall has either the one or the other.
   *
   * @throws Refusal READER_VERSION_NOT_FOUND, READER_NOT_BETTER
   */
  public ActivateReaderVersionResponse activate(ActivateReaderVersionRequest request) {
    ActiveReader next = next(request);
    Optional<Kept<ActiveReader>> active = records.active(request.getNamespace());
    String etag =
        request.getIfEtag().isEmpty() ? active.map(Kept::etag).orElse("") : request.getIfEtag();
    Kept<ActiveReader> written = records.putActive(request.getNamespace(), next, etag);
    reader.forget(request.getNamespace());
    return ActivateReaderVersionResponse.newBuilder()
        .setReplacedVersion(active.map(kept -> kept.value().getVersion()).orElse(0L))
        .setEtag(written.etag())
        .build();
  }

  private ActiveReader next(ActivateReaderVersionRequest request) {
    if (request.getVersion() == 0) {
      return ActiveReader.newBuilder().setChosen(true).build();
    }
    ReaderVersion version =
        records
            .version(request.getNamespace(), request.getVersion())
            .orElseThrow(() ->
                Refusal.of(
                        Reason.REASON_READER_VERSION_NOT_FOUND,
                        "the reader of '%s' has no version %s: ListReaderVersions shows those it has"
                            .formatted(
                                request.getNamespace(),
                                Long.toUnsignedString(request.getVersion())))
                    .withField("version"));
    if (!version.getEvaluation().getBetter() && !request.getEvenIfNotBetter()) {
      throw Refusal.of(
              Reason.REASON_READER_NOT_BETTER,
              "version %d was not better on the %d recalls that were held back: give more feedback and train again, or set even_if_not_better"
                  .formatted(version.getVersion(), version.getEvaluation().getRecalls()))
          .withField("version");
    }
    return ActiveReader.newBuilder()
        .setVersion(version.getVersion())
        .setHead(version.getHead())
        .build();
  }
}
