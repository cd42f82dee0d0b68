package io.mnestic.orchestrator.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.mnestic.memory.v1.Memory;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class DiversityTest {
  // Cosines with the query: 0.99, 0.98, 0.8; the first two are nearly the same, the third is apart.
  private final Example query = example("q", 1, 0);
  private final List<Example> examples =
      List.of(example("near", 0.99, 0.14), example("twin", 0.98, 0.2), example("apart", 0.8, -0.6));

  @Test
  void relevanceAloneTakesTheNearest() {
    assertThat(taken(1, 2)).containsExactly("near", "twin");
  }

  @Test
  void diversityPassesTheTwinOver() {
    assertThat(taken(0.5, 2)).containsExactly("near", "apart");
    assertThat(taken(0.5, 3)).containsExactly("near", "apart", "twin");
  }

  @Test
  void whatIsNotTakenMakesNothingLessLikely() {
    List<String> offered = new ArrayList<>();
    new Diversity(0.5)
        .offer(
            query,
            examples,
            1,
            example -> {
              offered.add(example.memory().getId());
              return example.memory().getId().equals("twin");
            });
    assertThat(offered).containsExactly("near", "twin");
  }

  @Test
  void textsWithoutVectorsAreComparedByTheirCharacters() {
    Example tea = Example.of(Memory.newBuilder().setKey("green tea").build());
    Example teas = Example.of(Memory.newBuilder().setKey("Green teas").build());
    Example race = Example.of(Memory.newBuilder().setKey("a race").build());
    assertThat(tea.similarity(teas)).isGreaterThan(tea.similarity(race)).isLessThan(1);
    assertThat(tea.similarity(tea)).isCloseTo(1, Offset.offset(1e-9));
    assertThat(Example.of(Memory.newBuilder().setKey("绿茶很好").build()).similarity(tea)).isZero();
  }

  private List<String> taken(double relevance, int most) {
    List<String> taken = new ArrayList<>();
    new Diversity(relevance)
        .offer(query, examples, most, example -> taken.add(example.memory().getId()));
    return taken;
  }

  private static Example example(String id, double x, double y) {
    return Example.of(
        Memory.newBuilder().setId(id).setKey(id).build(), List.of((float) x, (float) y));
  }
}
