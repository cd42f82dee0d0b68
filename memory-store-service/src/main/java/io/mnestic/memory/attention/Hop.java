package io.mnestic.memory.attention;

import io.mnestic.memory.index.IndexReading;
import io.mnestic.memory.index.KeyHit;
import io.mnestic.memory.v1.ReadHop;
import io.mnestic.memory.v1.ReadWeight;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One hop of a read: attention by content over the nearest memories, moved along sessions by the
 * shares of the read modes (f = L w and b = L' w of Graves et al. 2016, with the links of a
 * session's order), and the mean of what it rests on.
 */
final class Hop {
  private final SoftRead read;
  private final float[] query;
  private final IndexReading.Nearest nearest;
  private final Map<String, Weighted> attended = new LinkedHashMap<>();

  private Hop(SoftRead read, float[] query, IndexReading.Nearest nearest) {
    this.read = read;
    this.query = query;
    this.nearest = nearest;
  }

  /** What a hop with this query reads. */
  static ReadHop of(SoftRead read, float[] query, IndexReading index) {
    Hop hop = new Hop(read, query, index.nearest(query, read.filter(), read.limit()));
    hop.attend(index);
    return hop.reply();
  }

  static float[] nextQuery(ReadHop hop) {
    float[] next = new float[hop.getNextQueryCount()];
    for (int i = 0; i < next.length; i++) {
      next[i] = hop.getNextQuery(i);
    }
    return next;
  }

  private void attend(IndexReading index) {
    List<KeyHit> hits = nearest.hits();
    double[] cosines = hits.stream().mapToDouble(hit -> hit.cosine(query)).toArray();
    double[] alpha = Attention.softmax(cosines, read.beta());
    for (int i = 0; i < alpha.length; i++) {
      Weighted weighted = weighted(hits.get(i));
      weighted.content = alpha[i];
      weighted.weight += read.content() * alpha[i];
    }
    if (read.linked()) {
      Map<KeyHit.Place, KeyHit> turns = beside(index, hits);
      for (int i = 0; i < alpha.length; i++) {
        move(hits.get(i), 1, read.forward() * alpha[i], turns);
        move(hits.get(i), -1, read.backward() * alpha[i], turns);
      }
    }
  }

  /** All turns that a link may lead to, found at once. */
  private Map<KeyHit.Place, KeyHit> beside(IndexReading index, List<KeyHit> hits) {
    Set<KeyHit.Place> places = new HashSet<>();
    Map<KeyHit.Place, KeyHit> turns = new HashMap<>();
    for (KeyHit hit : hits) {
      hit.place()
          .ifPresent(place -> {
            places.add(place.plus(1));
            places.add(place.plus(-1));
            turns.put(place, hit);
          });
    }
    places.removeAll(turns.keySet());
    turns.putAll(index.turns(places, read.filter()));
    return turns;
  }

  /** Weight for which there is no turn to go to stays where it is, so that the sum remains 1. */
  private void move(KeyHit from, int turns, double weight, Map<KeyHit.Place, KeyHit> known) {
    if (weight == 0) {
      return;
    }
    Optional<KeyHit> to =
        from.place().flatMap(place -> Optional.ofNullable(known.get(place.plus(turns))));
    weighted(to.orElse(from)).weight += weight;
  }

  private Weighted weighted(KeyHit hit) {
    return attended.computeIfAbsent(hit.id(), _ -> new Weighted(hit));
  }

  private ReadHop reply() {
    ReadHop.Builder hop =
        ReadHop.newBuilder().setExact(nearest.exact()).setComplete(nearest.complete());
    double[] sum = new double[query.length];
    for (Weighted one : attended.values()) {
      Attention.add(sum, one.weight, one.hit.key());
    }
    attended.values().stream()
        .sorted(
            Comparator.comparingDouble((Weighted one) -> -one.weight)
                .thenComparing(one -> one.hit.id()))
        .forEach(one -> hop.addWeights(reply(one)));
    for (double value : sum) {
      hop.addRead((float) value);
    }
    for (float value : Attention.next(query, sum)) {
      hop.addNextQuery(value);
    }
    return hop.build();
  }

  private ReadWeight reply(Weighted one) {
    return ReadWeight.newBuilder()
        .setId(one.hit.id())
        .setRevision(one.hit.revision())
        .setWeight(one.weight)
        .setContentWeight(one.content)
        .setCosine(one.hit.cosine(query))
        .build();
  }

  private static final class Weighted {
    final KeyHit hit;
    double content;
    double weight;

    Weighted(KeyHit hit) {
      this.hit = hit;
    }
  }
}
