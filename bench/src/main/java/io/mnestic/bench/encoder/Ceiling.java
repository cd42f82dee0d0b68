package io.mnestic.bench.encoder;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * What single-precision matrix products this machine makes on all cores: ONNX Runtime's, of the
 * model's own shapes and of square ones, with all cores on one product and with a product on each.
 */
final class Ceiling implements AutoCloseable {
  static final List<MatrixProduct> SHAPES =
      List.of(
          new MatrixProduct(1_024, 384, 1_536),
          new MatrixProduct(1_024, 1_536, 384),
          new MatrixProduct(1_024, 1_024, 1_024),
          new MatrixProduct(2_048, 2_048, 2_048));

  private final ExecutorService threads = Executors.newFixedThreadPool(CORES);
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  private final Map<MatrixProduct, OrtSession> together = new LinkedHashMap<>();
  private final Map<MatrixProduct, OrtSession> apart = new LinkedHashMap<>();

  Ceiling() {
    try {
      for (MatrixProduct shape : SHAPES) {
        together.put(shape, session(shape, CORES));
        apart.put(shape, session(shape, 1));
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime can not load a matrix product", e);
    }
  }

  /** The best of the shapes, each measured for {@code time} after one run to warm up. */
  Best measure(Duration time) {
    Best best = new Best(SHAPES.getFirst(), 0);
    for (MatrixProduct shape : SHAPES) {
      double perSecond =
          Math.max(perSecond(shape, together, 1, time), perSecond(shape, apart, CORES, time));
      if (perSecond > best.operationsPerSecond()) {
        best = new Best(shape, perSecond);
      }
    }
    return best;
  }

  private OrtSession session(MatrixProduct shape, int threads) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      return environment.createSession(shape.onnx(), options);
    }
  }

  /** Operations a second of some callers side by side. */
  private double perSecond(
      MatrixProduct shape, Map<MatrixProduct, OrtSession> sessions, int callers, Duration time) {
    OrtSession session = sessions.get(shape);
    if (session == null) {
      throw new IllegalStateException("no session for " + shape);
    }
    return IntStream.range(0, callers)
        .mapToObj(
            i -> CompletableFuture.supplyAsync(() -> perSecond(shape, session, time), threads))
        .toList()
        .stream()
        .mapToDouble(CompletableFuture::join)
        .sum();
  }

  @Override
  public void close() {
    threads.close();
    try {
      for (OrtSession session : together.values()) {
        session.close();
      }
      for (OrtSession session : apart.values()) {
        session.close();
      }
    } catch (OrtException e) {
      throw new IllegalStateException("can not close a matrix product", e);
    }
  }

  private double perSecond(MatrixProduct product, OrtSession session, Duration time) {
    SplittableRandom random = new SplittableRandom(2);
    float[] left = new float[product.rows() * product.inner()];
    for (int i = 0; i < left.length; i++) {
      left[i] = (float) random.nextGaussian();
    }
    long[] shape = {product.rows(), product.inner()};
    try (OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(left), shape)) {
      run(session, input);
      long begin = System.nanoTime();
      long runs = 0;
      while (System.nanoTime() - begin < time.toNanos()) {
        run(session, input);
        runs++;
      }
      return runs * product.operations() * 1e9 / (System.nanoTime() - begin);
    } catch (OrtException e) {
      throw new IllegalStateException("a matrix product failed", e);
    }
  }

  private static void run(OrtSession session, OnnxTensor input) throws OrtException {
    session.run(Map.of("a", input)).close();
  }

  /** The product that made the most of the machine. */
  record Best(MatrixProduct product, double operationsPerSecond) {}
}
