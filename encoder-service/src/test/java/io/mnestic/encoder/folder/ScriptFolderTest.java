package io.mnestic.encoder.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptFolderTest {
  @TempDir Path folder;

  @Test
  void aProgramIsDescribedByItsOwnFile() throws Exception {
    Files.writeString(folder.resolve("model.pt"), "program");
    refused("mnestic.json");
    Files.writeString(folder.resolve("tokenizer.json"), TinyTokenizers.wordPiece().toString());
    Files.writeString(
        folder.resolve("mnestic.json"),
        """
        {"dimensions": 8, "max_tokens": 128, "pooling": "mean", "inputs": "ids,mask,types",
         "padding_id": 1, "query_prompt": "q: "}
        """);
    ModelFolder read = ModelFolder.read(folder);
    assertThat(read.network())
        .isEqualTo(new TorchScript(folder.resolve("model.pt"), TorchScript.Inputs.IDS_MASK_TYPES));
    assertThat(read.dimensions()).isEqualTo(8);
    assertThat(read.maxTokens()).isEqualTo(128);
    assertThat(read.pooling()).isEqualTo(FolderPooling.MEAN);
    assertThat(read.paddingId()).isEqualTo(1);
    assertThat(read.queryPrompt()).isEqualTo("q: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"max_tokens\": 9, \"pooling\": \"cls\"}; dimensions is missing",
        "{\"dimensions\": 8, \"pooling\": \"cls\"}; max_tokens is missing",
        "{\"dimensions\": 8, \"max_tokens\": 9}; must be none, cls or mean",
        "{\"dimensions\": 8, \"max_tokens\": 9, \"pooling\": \"cls\", \"inputs\": \"mask\"}; must be ids",
        "{\"dimensions\": 8, \"max_tokens\": 9, \"pooling\": \"cls\", \"padding_id\": -1}; at least 0",
        "{\"dimensions\": 8, \"max_tokens\": 9, \"pooling\": \"cls\", \"layers\": 1}; unknown [layers]"
      })
  void aProgramsDescriptionIsChecked(String description, String message) throws Exception {
    Files.writeString(folder.resolve("model.pt"), "program");
    Files.writeString(folder.resolve("tokenizer.json"), TinyTokenizers.wordPiece().toString());
    Files.writeString(folder.resolve("mnestic.json"), description);
    refused(message);
  }

  private void refused(String message) {
    assertThatThrownBy(() -> ModelFolder.read(folder))
        .isInstanceOf(InvalidModel.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(message);
  }
}
