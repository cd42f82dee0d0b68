package io.mnestic.encoder;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.mnestic.encoder", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule ONLY_MODEL_KNOWS_THE_ENGINE =
      noClasses()
          .that()
          .resideOutsideOfPackages("..encoder.model..", "..encoder.onnx..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "ai.djl",
              "ai.djl.engine..",
              "ai.djl.inference..",
              "ai.djl.ndarray..",
              "ai.djl.nn..",
              "ai.djl.pytorch..",
              "io.mnestic.encoder.onnx..");

  @ArchTest
  static final ArchRule ONLY_TOKENS_KNOWS_TOKENIZERS =
      noClasses()
          .that()
          .resideOutsideOfPackage("..encoder.tokens..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl.huggingface..", "com.knuddels..");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.mnestic.encoder.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NAMES_SAY_WHAT_A_CLASS_IS =
      classes()
          .that()
          .resideOutsideOfPackages("..encoder.v1..", "..encoder.onnx..")
          .should()
          .haveNameNotMatching(".*(Impl|Manager|Helper|Util|Utils)$");
}
