package dev.lockstep.systemtests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rules of the architecture that are fixed. */
class ArchitectureTest {
  private static final String BASE = "dev.lockstep.";
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  /** Module package to the module packages that it may use. */
  private static final Map<String, Set<String>> ALLOWED =
      Map.ofEntries(
          Map.entry("protocol", Set.of()),
          Map.entry("config", Set.of()),
          Map.entry("tuf", Set.of()),
          Map.entry("bus", Set.of("protocol")),
          Map.entry("repository", Set.of("tuf", "protocol")),
          Map.entry("versionmanagement", Set.of("bus", "protocol", "config", "tuf")),
          Map.entry("atomicupdates", Set.of("bus", "protocol", "config", "tuf")),
          Map.entry("frontendagent", Set.of("bus", "protocol", "config")),
          Map.entry("component", Set.of("frontendagent", "bus", "protocol", "config")));

  private static JavaClasses classes;

  @BeforeAll
  static void readClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.lockstep");
    assertThat(classes).hasSizeGreaterThan(200);
  }

  @Test
  @Tag("R1")
  void versionManagementAndAtomicUpdates_doNotKnowEachOther() {
    noClasses()
        .that()
        .resideInAPackage("dev.lockstep.versionmanagement..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.lockstep.atomicupdates..")
        .check(classes);
    noClasses()
        .that()
        .resideInAPackage("dev.lockstep.atomicupdates..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.lockstep.versionmanagement..")
        .check(classes);
  }

  @Test
  @Tag("R1")
  void modules_useOnlyTheModulesBelowThem() {
    ALLOWED.forEach(
        (module, allowed) -> {
          String[] forbidden =
              ALLOWED.keySet().stream()
                  .filter(other -> !other.equals(module) && !allowed.contains(other))
                  .map(other -> BASE + other + "..")
                  .toArray(String[]::new);
          noClasses()
              .that()
              .resideInAPackage(BASE + module + "..")
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(forbidden)
              .orShould()
              .dependOnClassesThat()
              .resideInAnyPackage(BASE + "app..", BASE + "testkit..")
              .check(classes);
        });
  }

  @Test
  @Tag("R1")
  void mavenModules_haveNoEdgeBetweenTheTwo() throws IOException {
    assertThat(Files.readString(HOME.resolve("version-management/pom.xml")))
        .doesNotContain("lockstep-atomic-updates");
    assertThat(Files.readString(HOME.resolve("atomic-updates/pom.xml")))
        .doesNotContain("lockstep-version-management");
  }

  @Test
  void tuf_isALibraryOfItsOwn_withTheJdkOneJsonLibraryAndLogging() {
    classes()
        .that()
        .resideInAPackage("dev.lockstep.tuf..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.lockstep.tuf..",
            "java..",
            "javax.crypto..",
            "javax.net..",
            "com.sun.net.httpserver..",
            "tools.jackson..",
            "org.slf4j..")
        .check(classes);
  }

  /**
   * State and backups are where the settings say, on storage that lasts; only the demo's are not.
   */
  @Test
  @Tag("R86")
  void devices_keepNothingInTemporaryFolders() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.lockstep.atomicupdates..",
            "dev.lockstep.versionmanagement..",
            "dev.lockstep.frontendagent..",
            "dev.lockstep.bus..",
            "dev.lockstep.config..",
            "dev.lockstep.app",
            "dev.lockstep.app.helper..")
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "makes something in the system's folder for what is temporary",
                call ->
                    call.getTarget().getName().startsWith("createTemp")
                        && call.getTarget()
                            .getRawParameterTypes()
                            .get(0)
                            .isEquivalentTo(String.class)))
        .check(classes);
  }

  @Test
  void zeroMq_isKnownToItsAdapterOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.lockstep.bus.zeromq..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.zeromq..", "zmq..")
        .check(classes);
  }

  @Test
  void domains_arePure() {
    noClasses()
        .that()
        .resideInAPackage("dev.lockstep..domain..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "com.google.protobuf..",
            "dev.lockstep.bus..",
            "java.io..",
            "java.nio.file..",
            "java.net..",
            "java.sql..",
            "java.lang.Thread",
            "org.quartz..")
        .check(classes);
    noClasses()
        .that()
        .resideInAPackage("dev.lockstep..domain..")
        .should()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(classes);
  }

  /** What an install writes goes through {@code files.Disk}, where tests refuse, count and cut. */
  @Test
  @Tag("R87")
  void atomicUpdates_changesFilesThroughOneDoorOnly() {
    noClasses()
        .that()
        .resideInAPackage("dev.lockstep.atomicupdates..")
        .and()
        .resideOutsideOfPackage("dev.lockstep.atomicupdates.files..")
        .should()
        .accessTargetWhere(DescribedPredicate.describe("changes a file", FileChanges::isOne))
        .check(classes);
  }

  @Test
  void packages_haveNoCyclesWithinAModule() {
    for (String module : ALLOWED.keySet()) {
      slices()
          .matching(BASE + module + ".(*)..")
          .should()
          .beFreeOfCycles()
          .allowEmptyShould(true)
          .check(classes);
    }
  }

  @Test
  void exceptions_ofEachModuleAreSealedFamilies() {
    classes()
        .that()
        .areAssignableTo(RuntimeException.class)
        .and()
        .haveSimpleNameEndingWith("Exception")
        .should()
        .haveOnlyFinalFields()
        .check(classes);
  }

  @Test
  void classes_haveNoDrawerNames() {
    Set<String> drawers =
        classes.stream()
            .map(JavaClass::getSimpleName)
            .filter(name -> name.matches(".*(Util|Utils|Helper|Manager|Common|Misc)s?"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(drawers).isEmpty();
  }

  @Test
  void packages_sayWhatTheyOwn() throws IOException {
    List<Path> folders;
    try (Stream<Path> files = Files.walk(HOME)) {
      folders =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> file.toString().contains("/src/main/java/"))
              .map(Path::getParent)
              .distinct()
              .toList();
    }
    List<Path> silent = new ArrayList<>();
    for (Path folder : folders) {
      Path file = folder.resolve("package-info.java");
      String text = Files.exists(file) ? Files.readString(file) : "";
      if (!text.contains("Owns") || !text.contains("Never")) {
        silent.add(HOME.relativize(file));
      }
    }
    assertThat(folders).hasSizeGreaterThan(30);
    assertThat(silent).isEmpty();
  }

  @Test
  void sourceFiles_stayUnder400Lines() throws IOException {
    try (Stream<Path> files = Files.walk(HOME)) {
      List<Path> sources =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !file.toString().contains("/target/"))
              .toList();
      List<String> tooLong = new ArrayList<>();
      for (Path source : sources) {
        int lines = Files.readAllLines(source).size();
        if (lines > 400) {
          tooLong.add(HOME.relativize(source) + ": " + lines);
        }
      }
      assertThat(sources).hasSizeGreaterThan(100);
      assertThat(tooLong).isEmpty();
    }
  }
}
