package io.mnestic.orchestrator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "io.mnestic.orchestrator",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule ONLY_TOKENS_KNOWS_THE_TOKENIZER_LIBRARY =
      noClasses()
          .that()
          .resideOutsideOfPackage("..tokens..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.knuddels..");

  @ArchTest
  static final ArchRule ONLY_LLM_KNOWS_THE_MODEL_CLIENT =
      noClasses()
          .that()
          .resideOutsideOfPackage("..llm..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.openai..");

  @ArchTest
  static final ArchRule ONLY_DOCUMENT_READS_FILES =
      noClasses()
          .that()
          .resideOutsideOfPackage("..document..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.pdfbox..", "org.jsoup..", "org.commonmark..");

  @ArchTest
  static final ArchRule ONLY_PEERS_OPENS_CHANNELS =
      noClasses()
          .that()
          .resideOutsideOfPackages("..peers..", "..v1..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("io.grpc.ManagedChannel");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.mnestic.orchestrator.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NAMES_SAY_WHAT_A_CLASS_IS_FOR =
      classes()
          .that()
          .resideOutsideOfPackage("..v1..")
          .should()
          .haveSimpleNameNotEndingWith("Impl")
          .andShould()
          .haveSimpleNameNotEndingWith("Manager")
          .andShould()
          .haveSimpleNameNotEndingWith("Helper")
          .andShould()
          .haveSimpleNameNotEndingWith("Util");
}
