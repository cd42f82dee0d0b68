package io.mnestic.bench.context;

import com.google.protobuf.util.Timestamps;
import io.mnestic.bench.corpus.Corpus;
import io.mnestic.bench.report.Progress;
import io.mnestic.bench.services.Clients;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.InputType;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.NamedVector;
import io.mnestic.memory.v1.Role;
import io.mnestic.memory.v1.TokenVectors;
import io.mnestic.memory.v1.Turn;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import io.mnestic.orchestrator.v1.CreateSessionRequest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.stream.IntStream;

/**
 * Fills a namespace with turns as the orchestrator would, but with vectors from the cache: the key
 * is speaker and text; {@code key} is its vector, and {@code context} that of the key before and
 * this one, a line each, for all but a session's first turn; the same for tokens.
 */
final class Filling {
  static final int TURNS_A_SESSION = 50;

  private static final String PERSON = "Robin";
  private static final int ENCODE_BATCH = 256;
  private static final int WRITE_BATCH = 200;
  private static final Instant FIRST_SAID = Instant.parse("2025-01-06T09:00:00Z");
  private static final long SECONDS_BETWEEN_TURNS = 1_800;

  private final Clients clients;
  private final String namespace;
  private final List<Corpus.Turn> turns;
  private final Path vectors;

  /**
   * A namespace to be filled.
   *
   * @param vectors folder of the vector cache
   */
  Filling(Clients clients, String namespace, List<Corpus.Turn> turns, Path vectors) {
    this.clients = clients;
    this.namespace = namespace;
    this.turns = turns;
    this.vectors = vectors;
  }

  static String sessionOf(int turn) {
    return "session-%04d".formatted(turn / TURNS_A_SESSION);
  }

  static String idOf(int turn) {
    return "turn-%06d".formatted(turn);
  }

  /** Makes the vectors that are missing, then writes everything; gives the last revision. */
  long run() {
    for (int turn = 0; turn < turns.size(); turn += TURNS_A_SESSION) {
      clients
          .orchestrator()
          .createSession(
              CreateSessionRequest.newBuilder()
                  .setNamespace(namespace)
                  .setSessionId(sessionOf(turn))
                  .setCreateNamespace(true)
                  .build());
    }
    EncodeResponse probe = encode(List.of(key(0)));
    VectorCache cache =
        VectorCache.open(
            vectors, probe.getModel() + "-" + probe.getModelRevision(), probe.getDimensions());
    makeMissing(cache);
    try (TokenCache tokens =
        TokenCache.open(vectors, probe.getModel() + "-" + probe.getModelRevision())) {
      boolean known = texts().stream().allMatch(tokens::has);
      long revision = write(cache, tokens);
      if (!known) {
        keep(tokens);
      }
      return revision;
    }
  }

  /** What the store packed needs not be encoded in the next run. */
  private void keep(TokenCache tokens) {
    Map<String, Integer> numbers = new HashMap<>();
    for (int turn = 0; turn < turns.size(); turn++) {
      numbers.put(idOf(turn), turn);
    }
    new TurnTokens(clients)
        .packed(
            namespace,
            memory -> {
              List<String> texts = texts(numbers.getOrDefault(memory.getId(), 0));
              if (!tokens.has(texts)) {
                tokens.put(texts, memory.getTokenVectorsList());
              }
            });
  }

  private List<List<String>> texts() {
    return IntStream.range(0, turns.size()).mapToObj(this::texts).toList();
  }

  private void makeMissing(VectorCache cache) {
    SequencedSet<String> missing = new LinkedHashSet<>();
    for (int turn = 0; turn < turns.size(); turn++) {
      texts(turn).stream().filter(text -> !cache.has(text)).forEach(missing::add);
    }
    List<String> texts = List.copyOf(missing);
    try (Progress progress = Progress.of("Encoding, once", "texts", texts.size())) {
      for (int from = 0; from < texts.size(); from += ENCODE_BATCH) {
        List<String> batch = texts.subList(from, Math.min(from + ENCODE_BATCH, texts.size()));
        cache.putAll(
            batch,
            encode(batch).getEncodingsList().stream()
                .map(encoding -> encoding.getPassages(0).getVectorList())
                .toList());
        progress.step(batch.size());
      }
    }
  }

  private EncodeResponse encode(List<String> texts) {
    return clients
        .encoder()
        .encode(
            EncodeRequest.newBuilder()
                .addAllTexts(texts)
                .setInputType(InputType.INPUT_TYPE_DOCUMENT)
                .build());
  }

  private long write(VectorCache cache, TokenCache tokens) {
    long revision = 0;
    try (Progress progress = Progress.of("Writing", "turns", turns.size())) {
      for (int from = 0; from < turns.size(); from += WRITE_BATCH) {
        int to = Math.min(from + WRITE_BATCH, turns.size());
        WriteMemoriesRequest.Builder request =
            WriteMemoriesRequest.newBuilder().setNamespace(namespace);
        List<List<String>> missing =
            IntStream.range(from, to)
                .mapToObj(this::texts)
                .filter(texts -> !tokens.has(texts))
                .toList();
        Iterator<List<TokenVectors>> made = new TurnTokens(clients).make(missing).iterator();
        for (int turn = from; turn < to; turn++) {
          List<String> texts = texts(turn);
          request.addMemories(
              memory(turn, cache)
                  .addAllTokenVectors(tokens.has(texts) ? tokens.get(texts) : made.next()));
        }
        revision = clients.store().writeMemories(request.build()).getRevision();
        progress.step(to - from);
      }
    }
    return revision;
  }

  private Memory.Builder memory(int turn, VectorCache cache) {
    Instant said = FIRST_SAID.plusSeconds(turn * SECONDS_BETWEEN_TURNS);
    Turn.Builder place =
        Turn.newBuilder()
            .setSession(sessionOf(turn))
            .setRole(isPerson(turn) ? Role.ROLE_USER : Role.ROLE_ASSISTANT)
            .setSaidTime(Timestamps.fromMillis(said.toEpochMilli()));
    if (isPerson(turn)) {
      place.setSpeaker(PERSON);
    }
    List<String> texts = texts(turn);
    Memory.Builder memory =
        Memory.newBuilder()
            .setId(idOf(turn))
            .setKind(Kind.KIND_TURN)
            .setKey(key(turn))
            .setValue(turns.get(turn).text())
            .setTurn(place)
            .addVectors(vector("key", cache.get(texts.getFirst())));
    if (texts.size() > 1) {
      memory.addVectors(vector("context", cache.get(texts.getLast())));
    }
    return memory;
  }

  private static NamedVector vector(String name, List<Float> values) {
    return NamedVector.newBuilder().setName(name).addAllValues(values).build();
  }

  /** What is encoded of a turn: its key, and the key before it with its own. */
  private List<String> texts(int turn) {
    List<String> texts = new ArrayList<>(List.of(key(turn)));
    if (turn % TURNS_A_SESSION > 0) {
      texts.add(key(turn - 1) + "\n" + key(turn));
    }
    return texts;
  }

  private String key(int turn) {
    String text = turns.get(turn).text();
    return isPerson(turn) ? PERSON + ": " + text : text;
  }

  private static boolean isPerson(int turn) {
    return turn % 2 == 0;
  }
}
