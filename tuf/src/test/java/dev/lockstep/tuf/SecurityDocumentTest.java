package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** {@code docs/security.md} names tests as proofs: they have to exist. */
class SecurityDocumentTest {
  private static final Path SOURCES = Path.of("src/test/java");
  private static final String HEADING = "## Repository metadata and content (module tuf)\n";
  private static final Pattern METHOD = Pattern.compile("(?m)^ +(?:public )?void (\\w+)\\(");
  private static final Pattern PROOF = Pattern.compile("`([A-Za-z0-9]+)#([A-Za-z0-9_]+)`");

  private static Set<String> namedTests() throws IOException {
    String document = document();
    int from = document.indexOf(HEADING);
    assertThat(from).as("the part about this module").isPositive();
    return namedIn(document.substring(from, document.indexOf("\n## ", from + HEADING.length())));
  }

  private static String document() throws IOException {
    return Files.readString(Path.of("../docs/security.md"));
  }

  private static Set<String> namedIn(String text) {
    return PROOF
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .map(proof -> proof.replace("`", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> testsOf(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(SecurityDocumentTest::isTest)
        .map(method -> type.getSimpleName() + "#" + method.getName());
  }

  private static boolean isTest(Method method) {
    return method.isAnnotationPresent(Test.class)
        || method.isAnnotationPresent(ParameterizedTest.class)
        || method.isAnnotationPresent(Property.class);
  }

  private static Map<String, Class<?>> testClasses() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .map(file -> SOURCES.relativize(file).toString())
          .filter(name -> name.endsWith("Test.java"))
          .map(name -> name.replace(".java", "").replace('/', '.'))
          .map(SecurityDocumentTest::load)
          .collect(Collectors.toMap(Class::getSimpleName, Function.identity()));
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(name, e);
    }
  }

  @Test
  void securityDocument_testsOfThisModule_exist() throws IOException {
    Set<String> existing =
        testClasses().values().stream()
            .flatMap(SecurityDocumentTest::testsOf)
            .collect(Collectors.toSet());

    assertThat(namedTests()).hasSizeGreaterThan(50).isSubsetOf(existing);
  }

  /** Their classes are not here, but their sources are. What is private is no test. */
  @Test
  void securityDocument_testsOfEveryModule_areInTheSources() throws IOException {
    Set<String> methods = new TreeSet<>();
    for (Path file : testSources()) {
      String type = file.getFileName().toString().replace(".java", "");
      METHOD
          .matcher(Files.readString(file))
          .results()
          .forEach(method -> methods.add(type + "#" + method.group(1)));
    }

    Set<String> named = namedIn(document());
    named.remove("class#method");
    assertThat(named).hasSizeGreaterThan(120).isSubsetOf(methods);
  }

  private static List<Path> testSources() throws IOException {
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> modules = Files.list(Path.of(".."))) {
      for (Path tests : modules.map(module -> module.resolve(SOURCES)).toList()) {
        if (Files.isDirectory(tests)) {
          try (Stream<Path> files = Files.walk(tests)) {
            files.filter(file -> file.toString().endsWith("Test.java")).forEach(sources::add);
          }
        }
      }
    }
    return sources;
  }

  @Test
  void securityDocument_everyTestOfAnAttack_isNamed() throws IOException {
    List<String> attacks =
        Stream.of(AttackTest.class, ReplayAttackTest.class, MisbehavingServerTest.class)
            .flatMap(SecurityDocumentTest::testsOf)
            .toList();

    assertThat(namedTests()).containsAll(attacks);
  }
}
