package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final Pattern PROOF = Pattern.compile("`([A-Za-z0-9]+)#([A-Za-z0-9_]+)`");

  private static Set<String> namedTests() throws IOException {
    String document = Files.readString(Path.of("../docs/security.md"));
    int from = document.indexOf(HEADING);
    assertThat(from).as("the part about this module").isPositive();
    String part = document.substring(from, document.indexOf("\n## ", from + HEADING.length()));
    return PROOF
        .matcher(part)
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

  @Test
  void securityDocument_everyTestOfAnAttack_isNamed() throws IOException {
    List<String> attacks =
        Stream.of(AttackTest.class, ReplayAttackTest.class)
            .flatMap(SecurityDocumentTest::testsOf)
            .toList();

    assertThat(namedTests()).containsAll(attacks);
  }
}
