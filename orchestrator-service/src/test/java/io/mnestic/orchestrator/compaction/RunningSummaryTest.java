package io.mnestic.orchestrator.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.mnestic.orchestrator.v1.EpisodeEntry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RunningSummaryTest {
  private static final int FAN = 4;

  @Test
  void everyEpisodeIsToldOfOnceByALogarithmOfThem() {
    List<EpisodeEntry> entries = new ArrayList<>();
    for (int episode = 0; episode < 500; episode++) {
      add(entries, 0, 10L * episode + 1, 10L * episode + 9);
      List<EpisodeEntry> cover = RunningSummary.cover(entries, FAN);
      long next = 1;
      for (EpisodeEntry entry : cover) {
        assertThat(entry.getFirstSequence()).isEqualTo(next);
        next = entry.getLastSequence() + 2;
      }
      assertThat(next).isEqualTo(10L * episode + 11);
      assertThat(cover).extracting(EpisodeEntry::getLevel).isSortedAccordingTo((a, b) -> b - a);
      assertThat(cover).hasSizeLessThanOrEqualTo(2 * FAN * 5);
      assertThat(cover.getLast().getLevel()).isZero();
    }
  }

  /** Adds an entry, and those of higher levels that it completes. */
  private static void add(List<EpisodeEntry> entries, int level, long first, long last) {
    entries.add(
        EpisodeEntry.newBuilder()
            .setMemoryId(level + "/" + first)
            .setLevel(level)
            .setFirstSequence(first)
            .setLastSequence(last)
            .build());
    List<EpisodeEntry> same = entries.stream().filter(entry -> entry.getLevel() == level).toList();
    if (same.size() % FAN == 0) {
      add(entries, level + 1, same.get(same.size() - FAN).getFirstSequence(), last);
    }
  }
}
