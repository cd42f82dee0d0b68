package io.mnestic.memory.history;

import io.mnestic.memory.log.LogView;
import io.mnestic.memory.log.MemoryLog;
import io.mnestic.memory.log.Moment;
import io.mnestic.memory.log.NamespaceState;
import io.mnestic.memory.log.Page;
import io.mnestic.memory.log.Versions;
import io.mnestic.memory.v1.DiffRevisionsRequest;
import io.mnestic.memory.v1.DiffRevisionsResponse;
import io.mnestic.memory.v1.Difference;
import io.mnestic.memory.v1.DifferenceKind;
import io.mnestic.memory.v1.Memory;
import io.mnestic.wire.PageToken;
import jakarta.inject.Singleton;

/** Lists what two revisions do not have alike. */
@Singleton
public final class DiffRevisions {
  private static final int DEFAULT_PAGE = 100;

  private final MemoryLog log;

  DiffRevisions(MemoryLog log) {
    this.log = log;
  }

  /**
   * A page of the differences, by id.
   *
   * @throws io.mnestic.wire.Refusal as the contract lists them
   */
  public DiffRevisionsResponse diff(DiffRevisionsRequest request) {
    DiffRevisionsRequest listing = request.toBuilder().clearPageSize().clearPageToken().build();
    Place place = Place.of(PageToken.lastKey(listing, request.getPageToken()));
    try (LogView view = log.view()) {
      long from =
          view.at(request.getNamespace(), Moment.at(request.getFromRevision(), "from_revision"))
              .revision();
      NamespaceState to = view.at(request.getNamespace(), to(request, place));
      Page<Versions<Memory>> page =
          view.memoryDifferences(
              to.namespace().getUid(),
              from,
              to.revision(),
              place.afterId(),
              request.getPageSize() == 0 ? DEFAULT_PAGE : request.getPageSize());
      DiffRevisionsResponse.Builder response =
          DiffRevisionsResponse.newBuilder().setToRevision(to.revision());
      long uid = to.namespace().getUid();
      for (Versions<Memory> versions : page.items()) {
        Difference.Builder difference = difference(versions);
        if (difference.getKind() == DifferenceKind.DIFFERENCE_KIND_REMOVED
            && from <= to.revision()) {
          difference.setForgottenBecause(view.forgotten(uid, difference.getId(), to.revision()));
        }
        response.addDifferences(difference);
      }
      if (page.more()) {
        String last = response.getDifferences(response.getDifferencesCount() - 1).getId();
        response.setNextPageToken(PageToken.after(listing, new Place(to.revision(), last).toKey()));
      }
      return response.build();
    }
  }

  /** The newest revision is that of the first page on all pages. */
  private static Moment to(DiffRevisionsRequest request, Place place) {
    if (request.hasToRevision()) {
      return Moment.at(request.getToRevision(), "to_revision");
    }
    return place.revision() < 0 ? Moment.NOW : Moment.at(place.revision(), "page_token");
  }

  private static Difference.Builder difference(Versions<Memory> versions) {
    Difference.Builder difference = Difference.newBuilder();
    Memory before = versions.before();
    Memory after = versions.after();
    if (before != null) {
      difference.setBefore(before).setId(before.getId());
    }
    if (after != null) {
      difference.setAfter(after).setId(after.getId());
    }
    DifferenceKind kind = DifferenceKind.DIFFERENCE_KIND_CHANGED;
    if (before == null) {
      kind = DifferenceKind.DIFFERENCE_KIND_ADDED;
    } else if (after == null) {
      kind = DifferenceKind.DIFFERENCE_KIND_REMOVED;
    }
    return difference.setKind(kind);
  }

  /**
   * Where a page starts.
   *
   * @param revision compared with on the pages before; -1 for the first
   * @param afterId empty for the first
   */
  private record Place(long revision, String afterId) {
    static Place of(String key) {
      if (key.isEmpty()) {
        return new Place(-1, "");
      }
      int end = key.indexOf('/');
      try {
        return new Place(Long.parseLong(key, 0, Math.max(end, 0), 10), key.substring(end + 1));
      } catch (NumberFormatException e) {
        throw PageToken.invalid();
      }
    }

    String toKey() {
      return revision + "/" + afterId;
    }
  }
}
