package io.mnestic.bench.encoder;

import io.grpc.Context;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.mnestic.bench.report.Progress;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.Encoding;
import io.mnestic.encoder.v1.InputType;
import io.mnestic.encoder.v1.Overflow;
import io.mnestic.encoder.v1.Passage;
import io.mnestic.encoder.v1.Precision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Several clients that for a long time do all that clients do, right and wrong. */
final class Soak {
  private static final int CLIENTS = 4;
  private static final int MOST_TEXTS = 16;
  private static final int MEBIBYTE = 1 << 20;
  private static final int LONG_TEXT = 8_192;
  private static final int MOST_PATIENCE_MILLIS = 300;
  private static final Duration POLL = Duration.ofMillis(200);
  private static final double UNIT_TOLERANCE = 1e-3;
  private static final double SAME = 1e-6;

  private final EncoderCalls calls;
  private final List<Text> texts;
  private final Optional<MemoryGrowth> memory;
  private final SoakTally tally = new SoakTally();

  Soak(EncoderCalls calls, List<Text> texts, Optional<MemoryGrowth> memory) {
    this.calls = calls;
    this.texts = texts;
    this.memory = memory;
  }

  /** Soaks for {@code time}; at the end the first text must have the vector that it had. */
  Outcome run(Duration time) {
    float[] before = known();
    long begin = System.nanoTime();
    long end = begin + time.toNanos();
    Thread clients = Thread.ofVirtual().start(() -> Workers.run(CLIENTS, id -> client(id, end)));
    // What the first calls load stays; a tenth of the time is enough for it, or a minute.
    long warm = begin + Math.min(time.toNanos() / 10, TimeUnit.MINUTES.toNanos(1));
    double atFirst = 0;
    try (Progress progress = Progress.of("Soaking", "s", time.toSeconds())) {
      boolean measured = false;
      while (clients.isAlive()) {
        if (!measured && System.nanoTime() > warm) {
          atFirst = resident();
          measured = true;
        }
        progress.stepTo(Duration.ofNanos(System.nanoTime() - begin).toSeconds());
        clients.join(POLL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while soaking", e);
    }
    compare(before, known());
    return new Outcome(tally, resident() - atFirst);
  }

  private double resident() {
    return memory.map(MemoryGrowth::mebibytes).orElse(0.0);
  }

  private float[] known() {
    return calls.encode(texts.subList(0, 1), Precision.PRECISION_FLOAT32)[0];
  }

  private void compare(float[] before, float[] after) {
    for (int i = 0; i < before.length; i++) {
      if (!(Math.abs(before[i] - after[i]) <= SAME)) {
        tally.addUnexpected(
            "the same text's vector changed: %s was %s".formatted(after[i], before[i]));
        return;
      }
    }
  }

  private void client(int id, long end) {
    SplittableRandom random = new SplittableRandom(id);
    while (System.nanoTime() < end) {
      SoakCall call = SoakCall.pick(random);
      EncodeRequest request = request(call, random);
      try {
        check(call, request, send(call, request, random));
        tally.add(call, Code.OK, "");
      } catch (StatusRuntimeException e) {
        String message = e.getMessage();
        tally.add(call, e.getStatus().getCode(), message == null ? "" : message);
      } catch (RuntimeException e) {
        // A client that died unseen would make a soak of nothing look good.
        tally.addUnexpected(call.label() + ": " + e);
      }
    }
  }

  private EncodeResponse send(SoakCall call, EncodeRequest request, SplittableRandom random) {
    int patience = random.nextInt(MOST_PATIENCE_MILLIS);
    return switch (call) {
      case LATE ->
          calls
              .clients()
              .encoder()
              .withDeadlineAfter(patience, TimeUnit.MILLISECONDS)
              .encode(request);
      case CANCELLED -> sendAndCancel(request, patience);
      default -> calls.clients().encoder().encode(request);
    };
  }

  private EncodeResponse sendAndCancel(EncodeRequest request, int patience) {
    Context.CancellableContext context = Context.current().withCancellation();
    Thread.ofVirtual()
        .start(() -> {
          try {
            Thread.sleep(patience);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            context.cancel(null);
          }
        });
    Context previous = context.attach();
    try {
      return calls.clients().encoder().encode(request);
    } finally {
      context.detach(previous);
    }
  }

  private EncodeRequest request(SoakCall call, SplittableRandom random) {
    EncodeRequest.Builder request = EncodeRequest.newBuilder().setModel(calls.model().id());
    return switch (call) {
      case DOCUMENTS, CANCELLED, LATE -> some(request, random);
      case QUERY -> request.setInputType(InputType.INPUT_TYPE_QUERY).addTexts(any(random)).build();
      case PASSAGES ->
          request
              .setOverflow(Overflow.OVERFLOW_PASSAGES)
              .addTexts(repeated(any(random) + " ", LONG_TEXT))
              .build();
      case CONTROL_CHARACTERS -> request.addTexts(controls(random)).build();
      case NULS -> request.addTexts("\0" + any(random) + "\0\0").addTexts("\0").build();
      case MEBIBYTE -> request.addTexts(repeated(any(random) + " ", MEBIBYTE)).build();
      case OVER_A_MEBIBYTE -> request.addTexts(repeated(any(random) + " ", MEBIBYTE) + ".").build();
      case NO_TEXTS -> request.build();
      case EMPTY_TEXT -> some(request.addTexts(""), random);
      case UNKNOWN_MODEL -> some(request.setModel("no-such-model"), random);
    };
  }

  private EncodeRequest some(EncodeRequest.Builder request, SplittableRandom random) {
    int count = 1 + random.nextInt(MOST_TEXTS);
    for (int i = 0; i < count; i++) {
      request.addTexts(any(random));
    }
    return request.build();
  }

  private String any(SplittableRandom random) {
    return texts.get(random.nextInt(texts.size())).content();
  }

  /** The book is ASCII: a character is a byte. */
  private static String repeated(String text, int bytes) {
    return text.repeat(bytes / text.length() + 1).substring(0, bytes);
  }

  private static String controls(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    for (int i = 1 + random.nextInt(100); i > 0; i--) {
      text.append((char) (1 + random.nextInt(' ' - 1)));
    }
    return text.toString();
  }

  /** Every text that was accepted has unit vectors. */
  private void check(SoakCall call, EncodeRequest request, EncodeResponse response) {
    if (response.getEncodingsCount() != request.getTextsCount()) {
      tally.addUnexpected(
          "%s: %d encodings for %d texts"
              .formatted(call.label(), response.getEncodingsCount(), request.getTextsCount()));
    }
    for (Encoding encoding : response.getEncodingsList()) {
      if (encoding.hasError() || !encoding.getPassagesList().stream().allMatch(Soak::isUnit)) {
        tally.addUnexpected(call.label() + ": no unit vector " + encoding.getError().getMessage());
      }
    }
  }

  private static boolean isUnit(Passage passage) {
    double squares = 0;
    for (float value : passage.getVectorList()) {
      squares += (double) value * value;
    }
    // Not a number fails it too.
    return Math.abs(squares - 1) <= UNIT_TOLERANCE;
  }

  /** How the calls ended, and by how many MiB the encoder grew after the first tenth. */
  record Outcome(SoakTally tally, double growth) {}
}
