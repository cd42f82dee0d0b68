package io.mnestic.bench.context;

import com.google.protobuf.ByteString;
import io.mnestic.bench.services.Clients;
import io.mnestic.bench.transfer.ExportLines;
import io.mnestic.encoder.v1.EncodeRequest;
import io.mnestic.encoder.v1.Encoding;
import io.mnestic.encoder.v1.InputType;
import io.mnestic.encoder.v1.Output;
import io.mnestic.encoder.v1.VectorFormat;
import io.mnestic.memory.v1.ExportMemoriesRequest;
import io.mnestic.memory.v1.ExportMemoriesResponse;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.TokenVectors;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Makes turns' token vectors as the orchestrator does, and gets them back as the store packs them.
 */
final class TurnTokens {
  private static final int BATCH = 32;

  private final Clients clients;

  TurnTokens(Clients clients) {
    this.clients = clients;
  }

  /**
   * The token vectors of turns.
   *
   * @param turns each the key, and the text before it together with the key if there is one
   */
  List<List<TokenVectors>> make(List<List<String>> turns) {
    List<List<TokenVectors>> made = new ArrayList<>();
    for (int from = 0; from < turns.size(); from += BATCH) {
      List<List<String>> batch = turns.subList(from, Math.min(from + BATCH, turns.size()));
      Iterator<Encoding> encodings =
          encode(batch.stream().flatMap(List::stream).toList()).iterator();
      for (List<String> texts : batch) {
        List<TokenVectors> tokens = new ArrayList<>();
        tokens.add(tokens("key", encodings.next(), 0));
        if (texts.size() > 1) {
          String before =
              texts.getLast().substring(0, texts.getLast().length() - texts.getFirst().length());
          int ownStart = before.codePointCount(0, before.length());
          tokens.add(tokens("context", encodings.next(), ownStart));
        }
        made.add(tokens);
      }
    }
    return made;
  }

  /** The memories of a namespace with their token vectors packed. */
  void packed(String namespace, Consumer<Memory> into) {
    Iterator<ExportMemoriesResponse> pieces =
        clients
            .store()
            .exportMemories(ExportMemoriesRequest.newBuilder().setNamespace(namespace).build());
    ByteString rest = ByteString.EMPTY;
    while (pieces.hasNext()) {
      rest = rest.concat(pieces.next().getData());
      int end = rest.size();
      while (end > 0 && rest.byteAt(end - 1) != '\n') {
        end--;
      }
      rest.substring(0, end)
          .toString(StandardCharsets.UTF_8)
          .lines()
          .flatMap(line -> ExportLines.parse(line).stream())
          .forEach(line -> {
            if (line.hasMemory()) {
              into.accept(line.getMemory());
            }
          });
      rest = rest.substring(end);
    }
  }

  private List<Encoding> encode(List<String> texts) {
    return clients
        .encoder()
        .encode(
            EncodeRequest.newBuilder()
                .addAllTexts(texts)
                .setInputType(InputType.INPUT_TYPE_DOCUMENT)
                .setOutput(Output.OUTPUT_TEXT_AND_TOKENS)
                .setFormat(VectorFormat.VECTOR_FORMAT_INT8)
                .build())
        .getEncodingsList();
  }

  /** Those of the tokens that begin at a character or behind it. */
  private static TokenVectors tokens(String name, Encoding encoding, int start) {
    io.mnestic.encoder.v1.TokenVectors all = encoding.getPassages(0).getTokens();
    int first = 0;
    while (first < all.getStartsCount() && all.getStarts(first) < start) {
      first++;
    }
    int dimensions = all.getPacked().size() / all.getIdsCount();
    return TokenVectors.newBuilder()
        .setName(name)
        .addAllIds(all.getIdsList().subList(first, all.getIdsCount()))
        .setVectors(all.getPacked().substring(first * dimensions))
        .addAllScales(all.getScalesList().subList(first, all.getScalesCount()))
        .build();
  }
}
