package io.mnestic.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  @Test
  void helpNamesEveryCommand() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("up", "demo", "export", "import", "eval", "bench");
    assertThat(run("bench", "--help")).isZero();
    assertThat(out.toString()).contains("context", "encoder", "writes");
    assertThat(run("eval", "locomo", "--help")).isZero();
    assertThat(out.toString()).contains("--limit-conversations", "--json", "--orchestrator");
  }

  @Test
  void missingOrUnknownNameListsThoseThereAre() {
    assertThat(run("bench")).isEqualTo(2);
    assertThat(err.toString()).contains("context", "encoder", "writes");
    assertThat(run("bench", "speed")).isEqualTo(2);
    assertThat(run("eval", "locomo")).isEqualTo(2);
  }

  @Test
  void folderWithoutConversationsIsAnInputError() {
    assertThat(run("eval", "locomo", folder.toString())).isEqualTo(2);
    assertThat(err.toString()).contains(folder.toString(), "holds no conversations");
  }

  @Test
  void malformedConversationIsAnInputErrorThatNamesTheFile() throws IOException {
    Files.writeString(folder.resolve("26.json"), "{\"qa\": 7");

    assertThat(run("eval", "locomo", folder.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("26.json is not JSON").doesNotContain("Exception");
  }

  @Test
  void servicesThatDoNotRunAreAnInputErrorThatNamesTheAddress() {
    assertThat(
            run(
                "demo",
                "--store",
                "127.0.0.1:1",
                "--encoder",
                "127.0.0.1:1",
                "--orchestrator",
                "127.0.0.1:1"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("does not serve at 127.0.0.1:1");
  }

  @Test
  void modelThatThePeersDoNotHaveIsAnInputErrorThatNamesThoseTheyHave() {
    assertThat(run("bench", "encoder", "--model", "bge-small-zh-v1.5")).isEqualTo(2);
    assertThat(err.toString()).contains("bge-small-en-v1.5, all-MiniLM-L6-v2");
  }

  private int run(String... args) {
    return Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true)).execute(args);
  }
}
