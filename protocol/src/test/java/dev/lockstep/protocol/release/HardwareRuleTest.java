package dev.lockstep.protocol.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.protocol.release.HardwareRule.Condition;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R61")
class HardwareRuleTest {
  private static final DeviceFacts PI =
      DeviceFacts.of(
          "linux/arm64",
          Optional.of("Raspberry Pi 4 Model B Rev 1.4"),
          Optional.of(3_794),
          Map.of("site", "berlin"));

  private static HardwareRule rule(String only, String never) {
    return new HardwareRule(conditions(only), conditions(never));
  }

  private static List<Condition> conditions(String written) {
    return written == null
        ? List.of()
        : Arrays.stream(written.split(";")).map(Condition::parse).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        " | | true",
        "model=Raspberry Pi 4* | | true",
        "model=raspberry pi 4* | | true",
        "model=Raspberry Pi 4 | | false",
        "model=*Model B* | | true",
        "model=Raspberry Pi 3*;model=Raspberry Pi 4* | | true",
        "model=Raspberry Pi 4*,memory_mb>=4096 | | false",
        "model=Raspberry Pi 4*,memory_mb>=2048 | | true",
        "memory_mb<3794 | | false",
        "memory_mb<=3794 | | true",
        "memory_mb=3794 | | true",
        "memory_mb>3794 | | false",
        "os=linux,arch=arm64 | | true",
        "arch=amd64 | | false",
        "label.site=berlin | | true",
        "label.site=paris | | false",
        "label.colour=* | | false",
        " | model=Raspberry Pi 4* | false",
        " | model=Raspberry Pi 3* | true",
        " | label.colour=red | true",
        "label.site=berlin | memory_mb<4096 | false",
        "model=Raspberry.Pi.4* | | false",
        "model=**1.4 | | true",
        "model=*Pi*Pi* | | false",
        "model=Raspberry Pi 4 Model B Rev 1.4* | | true",
      })
  void permits_rule_decidesByTheDevicesOwnFacts(String only, String never, boolean expected) {
    assertThat(rule(only, never).permits(PI)).isEqualTo(expected);
  }

  @Test
  void permits_deviceThatKnowsNothing_meetsNothing() {
    assertThat(HardwareRule.ANY.permits(DeviceFacts.UNKNOWN)).isTrue();
    assertThat(rule("model=*", null).permits(DeviceFacts.UNKNOWN)).isFalse();
    assertThat(rule(null, "model=*").permits(DeviceFacts.UNKNOWN)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpu=yes",
        "model",
        "model=",
        "model>=4",
        "memory_mb=plenty",
        "memory_mb>=",
        "memory_mb>=1000000000",
        "label.=x",
        "label.Site=x",
        "model=a,model=b",
        ""
      })
  void parse_whatCannotBeDecided_isRefused(String written) {
    assertThatThrownBy(() -> Condition.parse(written))
        .isInstanceOf(MalformedReleaseException.class);
  }

  @Test
  void rule_tooManyConditions_isRefused() {
    List<Condition> many = java.util.Collections.nCopies(33, Condition.parse("os=linux"));
    assertThatThrownBy(() -> new HardwareRule(many, List.of()))
        .isInstanceOf(MalformedReleaseException.class);
  }

  @Test
  void permits_worstPattern_endsSoon() {
    HardwareRule rule = rule("model=" + "*a".repeat(90) + "b", null);
    DeviceFacts device =
        DeviceFacts.of("linux/arm64", Optional.of("a".repeat(200)), Optional.empty(), Map.of());
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> assertThat(rule.permits(device)).isFalse());
  }

  @Test
  void toString_facts_givesNoValueAway() {
    assertThat(PI.toString()).contains("model").doesNotContain("Raspberry", "berlin", "3794");
  }
}
