package io.mnestic.bench.transfer;

import io.grpc.ManagedChannel;
import io.mnestic.bench.report.BadInput;
import io.mnestic.bench.report.Progress;
import io.mnestic.memory.v1.ExportMemoriesRequest;
import io.mnestic.memory.v1.ExportMemoriesResponse;
import io.mnestic.memory.v1.MemoryStoreServiceGrpc;
import io.mnestic.wire.Channels;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code export}: a namespace's memories to a file. */
@Command(
    name = "export",
    description = {
      "Writes a namespace's memories of one revision to FILE as JSON Lines, with their vectors.",
      "Until it is whole the file is FILE.part; the same command goes on where it was cut off."
    },
    mixinStandardHelpOptions = true)
public final class ExportCommand implements Callable<Integer> {
  private final PrintWriter out;

  @Parameters(index = "0", paramLabel = "NAMESPACE", description = "The namespace's name.")
  private String namespace = "";

  @Parameters(index = "1", paramLabel = "FILE", description = "The file to write.")
  private Path file = Path.of("");

  @Option(
      names = "--store",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:7432",
      description = "The running memory-store-service. Default: ${DEFAULT-VALUE}")
  private String store = "";

  public ExportCommand(PrintWriter out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    if (Files.exists(file)) {
      throw new BadInput(file + " exists: name another file, or delete it");
    }
    Path part = file.resolveSibling(file.getFileName() + ".part");
    ManagedChannel channel = Channels.plaintext(store);
    try (FileChannel to =
        FileChannel.open(
            part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      PartialExport before = PartialExport.of(part, to, namespace);
      to.truncate(before.bytes()).position(before.bytes());
      ExportMemoriesResponse last = write(channel, before.request(), to);
      to.force(true);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      out.printf(
          Locale.ROOT,
          "%,d memories of revision %d in %s%n",
          last.getMemories(),
          last.getRevision(),
          file);
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException("can not write " + part, e);
    } finally {
      channel.shutdownNow();
    }
  }

  private static ExportMemoriesResponse write(
      ManagedChannel channel, ExportMemoriesRequest request, FileChannel to) throws IOException {
    Iterator<ExportMemoriesResponse> messages =
        MemoryStoreServiceGrpc.newBlockingStub(channel).exportMemories(request);
    ExportMemoriesResponse message = messages.next();
    try (Progress progress = Progress.of("Exporting", "memories", message.getTotal())) {
      append(message, to);
      while (messages.hasNext()) {
        message = messages.next();
        append(message, to);
        progress.stepTo(message.getMemories());
      }
    }
    return message;
  }

  private static void append(ExportMemoriesResponse message, FileChannel to) throws IOException {
    for (ByteBuffer bytes : message.getData().asReadOnlyByteBufferList()) {
      while (bytes.hasRemaining()) {
        to.write(bytes);
      }
    }
  }
}
