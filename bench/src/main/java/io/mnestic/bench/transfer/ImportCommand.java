package io.mnestic.bench.transfer;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.mnestic.bench.report.BadInput;
import io.mnestic.bench.report.Progress;
import io.mnestic.memory.v1.CreateNamespaceRequest;
import io.mnestic.memory.v1.ExportHeader;
import io.mnestic.memory.v1.ExportLine;
import io.mnestic.memory.v1.ImportMemoriesResponse;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.memory.v1.VectorSpace;
import io.mnestic.wire.Channels;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code import}: a file's memories into a namespace. */
@Command(
    name = "import",
    description = {
      "Writes the memories of FILE, as export makes it, into a namespace.",
      "Memories that are there with the same content are left alone, so repeating it is harmless."
    },
    mixinStandardHelpOptions = true)
public final class ImportCommand implements Callable<Integer> {
  private final PrintWriter out;

  @Parameters(index = "0", paramLabel = "NAMESPACE", description = "The namespace's name.")
  private String namespace = "";

  @Parameters(index = "1", paramLabel = "FILE", description = "The file to read.")
  private Path file = Path.of("");

  @Option(
      names = "--create",
      description = "Create the namespace if it is not there, with the vectors' model of FILE.")
  private boolean create;

  @Option(
      names = "--store",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:7432",
      description = "The running memory-store-service. Default: ${DEFAULT-VALUE}")
  private String store = "";

  public ImportCommand(PrintWriter out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    if (!Files.isReadable(file)) {
      throw new BadInput("there is no file " + file + " that can be read");
    }
    ManagedChannel channel = Channels.plaintext(store);
    try {
      if (create) {
        createNamespace(channel);
      }
      ImportMemoriesResponse done = send(channel);
      out.printf(
          Locale.ROOT,
          "%,d memories written and %,d that were there, of %,d lines; %s is at revision %d%n",
          done.getWritten(),
          done.getUnchanged(),
          done.getLines(),
          namespace,
          done.getRevision());
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException("can not read " + file, e);
    } finally {
      channel.shutdownNow();
    }
  }

  private ImportMemoriesResponse send(ManagedChannel channel) throws IOException {
    try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1);
        InputStream bytes = Files.newInputStream(file);
        Progress progress = Progress.of("Importing", "lines", lines.count())) {
      ImportCall call =
          new ImportCall(namespace, bytes, answer -> progress.stepTo(answer.getLines()));
      var _ = MemoryStoreServiceGrpc.newStub(channel).importMemories(call);
      return call.done().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof StatusRuntimeException status ? status : e;
    }
  }

  private void createNamespace(ManagedChannel channel) throws IOException {
    ExportHeader header;
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      String first = reader.readLine();
      header =
          ExportLines.parse(first == null ? "" : first)
              .filter(ExportLine::hasHeader)
              .map(ExportLine::getHeader)
              .orElseThrow(
                  () -> new BadInput(file + " has no header, which --create takes the model from"));
    }
    var _ =
        MemoryStoreServiceGrpc.newBlockingStub(channel)
            .createNamespace(
                CreateNamespaceRequest.newBuilder()
                    .setNamespace(
                        Namespace.newBuilder()
                            .setName(namespace)
                            .addVectorSpaces(
                                VectorSpace.newBuilder()
                                    .setModel(header.getModel())
                                    .setModelRevision(header.getModelRevision())
                                    .setDimensions(header.getDimensions())))
                    .build());
  }
}
