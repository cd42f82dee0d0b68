package io.mnestic.bench.encoder;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.mnestic.bench.services.Clients;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.EncodeResponse;
import io.mnestic.encoder.v1.Encoding;
import io.mnestic.encoder.v1.InputType;
import io.mnestic.encoder.v1.Precision;
import io.mnestic.encoder.v1.VectorFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** A model of encoder-service through gRPC. */
final class EncoderCalls {
  /** Texts of a call in bulk, and calls in flight. */
  static final int TEXTS_A_CALL = 32;

  static final int IN_FLIGHT = 16;

  private static final Set<Code> REFUSALS =
      Set.of(Code.UNIMPLEMENTED, Code.INVALID_ARGUMENT, Code.FAILED_PRECONDITION);

  private final Clients clients;
  private final PeerModel model;

  EncoderCalls(Clients clients, PeerModel model) {
    this.clients = clients;
    this.model = model;
  }

  Clients clients() {
    return clients;
  }

  PeerModel model() {
    return model;
  }

  /** Unit vectors of all texts in their order, in calls of {@link #TEXTS_A_CALL} as they come. */
  float[][] encode(List<Text> texts, Precision precision) {
    return encode(texts, Batches.firstCome(texts.size(), TEXTS_A_CALL), precision);
  }

  /** Unit vectors of all texts in their order, {@link #IN_FLIGHT} of the calls at a time. */
  float[][] encode(List<Text> texts, List<int[]> calls, Precision precision) {
    float[][] vectors = new float[texts.size()][];
    AtomicInteger next = new AtomicInteger();
    Workers.run(
        Math.min(IN_FLIGHT, calls.size()),
        worker -> {
          for (int call = next.getAndIncrement();
              call < calls.size();
              call = next.getAndIncrement()) {
            int[] places = calls.get(call);
            List<Text> part = Arrays.stream(places).mapToObj(texts::get).toList();
            EncodeResponse response = clients.encoder().encode(request(part, precision));
            check(response, part, precision);
            for (int i = 0; i < places.length; i++) {
              vectors[places[i]] = vector(response.getEncodings(i));
            }
          }
        });
    return vectors;
  }

  /** A request for documents, as {@link #encode} sends it. */
  EncodeRequest request(List<Text> texts, Precision precision) {
    EncodeRequest.Builder request = request(precision, InputType.INPUT_TYPE_DOCUMENT);
    texts.forEach(text -> request.addTexts(text.content()));
    return request.build();
  }

  /** Encodes one query. */
  EncodeResponse query(String query, Precision precision) {
    return clients
        .encoder()
        .encode(request(precision, InputType.INPUT_TYPE_QUERY).addTexts(query).build());
  }

  /** Whether the encoder has this precision; asking loads it. */
  boolean has(Precision precision) {
    try {
      return query("What did I say?", precision).getPrecision() == precision;
    } catch (StatusRuntimeException e) {
      if (REFUSALS.contains(e.getStatus().getCode())) {
        return false;
      }
      throw e;
    }
  }

  float[] vector(Encoding encoding) {
    return PackedVectors.vector(
        encoding.getPassages(0), VectorFormat.VECTOR_FORMAT_FLOATS, model.dimensions());
  }

  /** A throughput is of no use if the texts were not encoded as asked, or are counted otherwise. */
  private static void check(EncodeResponse response, List<Text> texts, Precision precision) {
    if (response.getEncodingsCount() != texts.size()) {
      throw new IllegalStateException(
          "%d encodings for %d texts".formatted(response.getEncodingsCount(), texts.size()));
    }
    if (precision != Precision.PRECISION_FLOAT32 && response.getPrecision() != precision) {
      throw new IllegalStateException(
          "%s asked for, %s came".formatted(precision, response.getPrecision()));
    }
    for (int i = 0; i < texts.size(); i++) {
      Encoding encoding = response.getEncodings(i);
      if (encoding.hasError() || encoding.getTokensUsed() != texts.get(i).tokens()) {
        throw new IllegalStateException(
            "%d tokens used of %d, error %s: %s"
                .formatted(
                    encoding.getTokensUsed(),
                    texts.get(i).tokens(),
                    encoding.getError().getMessage(),
                    texts.get(i).content()));
      }
    }
  }

  private EncodeRequest.Builder request(Precision precision, InputType inputType) {
    return EncodeRequest.newBuilder()
        .setModel(model.id())
        .setInputType(inputType)
        .setPrecision(precision);
  }
}
