package io.mnestic.memory.index;

import java.util.List;

/**
 * What a search found.
 *
 * @param hits best first, ties in order of their ids' UTF-8 bytes
 * @param neighbors turns beside hits, best first
 * @param revision the namespace's revision that was searched
 * @param exact whether every memory that passes the filter was scored
 */
public record IndexAnswer(
    List<IndexHit> hits, List<IndexHit> neighbors, long revision, boolean exact) {}
