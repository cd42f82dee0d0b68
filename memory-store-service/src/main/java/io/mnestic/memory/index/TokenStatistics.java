package io.mnestic.memory.index;

import java.util.List;

/**
 * What a namespace knows of tokens.
 *
 * @param memories how many have token vectors
 * @param frequencies in how many of them each token that was asked for stands
 * @param sample ids of memories to normalise scores by: those with the lowest hashes of their ids
 */
public record TokenStatistics(long memories, List<Long> frequencies, List<String> sample) {
  /** Scores of tokens cost more than others and vary less: a part of the sample is enough. */
  static final int SAMPLE = 128;
}
