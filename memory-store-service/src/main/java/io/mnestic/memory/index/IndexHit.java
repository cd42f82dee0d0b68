package io.mnestic.memory.index;

import io.mnestic.memory.v1.LaneScore;
import java.util.List;

/**
 * A memory found.
 *
 * @param id its id
 * @param revision the version that was scored
 * @param position the log entry that holds that version
 * @param score what it is ranked by
 * @param lanes every lane whose input was given
 * @param matchedVector {@code key} or {@code passage/N}; empty without either
 */
public record IndexHit(
    String id,
    long revision,
    long position,
    double score,
    List<LaneScore> lanes,
    String matchedVector) {}
