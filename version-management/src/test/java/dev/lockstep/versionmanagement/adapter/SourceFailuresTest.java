package dev.lockstep.versionmanagement.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.tuf.FetchException;
import dev.lockstep.tuf.TufException;
import dev.lockstep.versionmanagement.VersionManagementException;
import dev.lockstep.versionmanagement.domain.CheckResult;
import java.lang.reflect.Constructor;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each error of the TUF client has a code of its own, and each code of its kind an error. */
@Tag("R65")
@Tag("R75")
class SourceFailuresTest {
  /** Found by version-management itself: a release's description that cannot be read fully. */
  private static final String NOT_OF_THE_CLIENT = "TRUST_DESCRIPTION";

  private static List<TufException> failures() throws ReflectiveOperationException {
    List<TufException> failures = new ArrayList<>();
    for (Class<?> type : TufException.class.getPermittedSubclasses()) {
      if (type != FetchException.class) {
        Constructor<?> constructor = type.getDeclaredConstructor(String.class, Throwable.class);
        constructor.setAccessible(true);
        failures.add((TufException) constructor.newInstance("cannot x: y", null));
      }
    }
    for (FetchException.Kind kind : FetchException.Kind.values()) {
      failures.add(FetchException.of(kind, URI.create("https://host/"), "y", null));
    }
    return failures;
  }

  @Test
  void of_eachErrorOfTheClient_hasACodeOfItsOwnAndEachCodeItsError() throws Exception {
    List<String> codes = failures().stream().map(TufException::code).toList();
    Set<String> known =
        Arrays.stream(ErrorCode.values())
            .map(code -> code.name().replace("ERROR_CODE_", ""))
            .filter(name -> name.startsWith("TRUST_") || name.startsWith("SOURCE_"))
            .filter(name -> !name.equals(NOT_OF_THE_CLIENT))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(codes).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(known);
    assertThat(failures())
        .allSatisfy(
            failure -> {
              VersionManagementException.Source seen = SourceFailures.of(failure);
              assertThat(seen.code().name()).isEqualTo("ERROR_CODE_" + failure.code());
              assertThat(seen).hasMessage(failure.getMessage());
            });
  }

  @Test
  void of_whatAServerAnswers_hasDistinctResults() {
    Set<CheckResult> results = EnumSet.noneOf(CheckResult.class);
    for (FetchException.Kind kind :
        List.of(
            FetchException.Kind.UNREACHABLE,
            FetchException.Kind.CLIENT_ERROR,
            FetchException.Kind.SERVER_ERROR,
            FetchException.Kind.RATE_LIMITED,
            FetchException.Kind.MALFORMED)) {
      FetchException failure = FetchException.of(kind, URI.create("https://host/"), "y", null);
      assertThat(results.add(SourceFailures.of(failure).result())).as(kind.name()).isTrue();
    }
  }
}
