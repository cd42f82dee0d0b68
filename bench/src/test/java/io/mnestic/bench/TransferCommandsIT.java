package io.mnestic.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.mnestic.bench.services.Service;
import io.mnestic.bench.services.Services;
import io.mnestic.memory.v1.CreateNamespaceRequest;
import io.mnestic.memory.v1.Kind;
import io.mnestic.memory.v1.ListMemoriesRequest;
import io.mnestic.memory.v1.Memory;
import io.mnestic.memory.v1.NamedVector;
import io.mnestic.memory.v1.Namespace;
import io.mnestic.memory.v1.VectorSpace;
import io.mnestic.memory.v1.WriteMemoriesRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code export} and {@code import} on a store that runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TransferCommandsIT {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Services services;

  @BeforeAll
  void startStore(@TempDir Path data) {
    services = Services.start(data.resolve("data"), Set.of(Service.STORE));
    services
        .clients()
        .store()
        .createNamespace(
            CreateNamespaceRequest.newBuilder()
                .setNamespace(
                    Namespace.newBuilder()
                        .setName("n")
                        .addVectorSpaces(VectorSpace.newBuilder().setModel("m").setDimensions(3)))
                .build());
    Random random = new Random(1);
    WriteMemoriesRequest.Builder request = WriteMemoriesRequest.newBuilder().setNamespace("n");
    for (int i = 0; i < 300; i++) {
      request.addMemories(
          Memory.newBuilder()
              .setId("m" + i)
              .setKind(Kind.KIND_FACT)
              .setKey("“" + i + "”\n" + "x".repeat(random.nextInt(9_000)))
              .addVectors(
                  NamedVector.newBuilder()
                      .setName("key")
                      .addValues(random.nextFloat())
                      .addValues(random.nextFloat())
                      .addValues(1)));
    }
    services.clients().store().writeMemories(request.build());
  }

  @AfterAll
  void stopStore() {
    services.close();
  }

  @Test
  void whatIsExportedComesBack(@TempDir Path folder) {
    Path file = folder.resolve("n.jsonl");
    assertThat(run("export", "n", file.toString())).as(err.toString()).isZero();
    assertThat(out.toString()).contains("300 memories of revision 1 in " + file);
    assertThat(run("import", "copy", file.toString(), "--create")).as(err.toString()).isZero();
    assertThat(out.toString()).contains("300 memories written and 0 that were there, of 302 lines");
    assertThat(list("copy")).isEqualTo(list("n"));
    assertThat(run("import", "copy", file.toString())).isZero();
    assertThat(out.toString()).contains("0 memories written and 300 that were there");
  }

  @Test
  void anExportThatWasCutOffGoesOn(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("n.jsonl");
    assertThat(run("export", "n", file.toString())).isZero();
    byte[] whole = Files.readAllBytes(file);
    Path part = folder.resolve("n.jsonl.part");
    Random random = new Random(2);
    for (int i = 0; i < 12; i++) {
      Files.delete(file);
      int cut = i < 2 ? i * 20 : random.nextInt(whole.length - 40);
      Files.write(part, Arrays.copyOf(whole, cut));
      assertThat(run("export", "n", file.toString())).as("cut at %d: %s", cut, err).isZero();
      assertThat(file).hasBinaryContent(whole);
      assertThat(part).doesNotExist();
    }
  }

  @Test
  void filesThatAreNotToBeTouched(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("there"), "something");
    assertThat(run("export", "n", file.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("there exists");
    Path part = Files.writeString(folder.resolve("other.part"), "a letter\nto a friend\n");
    assertThat(run("export", "n", folder.resolve("other").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("is not the beginning of an export");
    assertThat(part).hasContent("a letter\nto a friend");
    assertThat(run("import", "n", folder.resolve("none").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("there is no file");
    assertThat(run("import", "n", file.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("line 1: ");
    assertThat(run("import", "fresh", file.toString(), "--create")).isEqualTo(2);
    assertThat(err.toString()).contains("has no header");
    assertThat(run("export", "none", folder.resolve("none").toString())).isEqualTo(1);
    assertThat(err.toString()).contains("there is no namespace 'none'");
  }

  private List<Memory> list(String namespace) {
    return services
        .clients()
        .store()
        .listMemories(
            ListMemoriesRequest.newBuilder()
                .setNamespace(namespace)
                .setWithVectors(true)
                .setPageSize(1_000)
                .build())
        .getMemoriesList();
  }

  private int run(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--store";
    all[arguments.length + 1] = services.address(Service.STORE);
    return Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true)).execute(all);
  }
}
