package dev.lockstep.bus.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R12")
class LastValuesTest {
  private static final Duration LIFETIME = Duration.ofMinutes(10);
  private final LastValues<String> values = new LastValues<>(3, 100, LIFETIME);
  private long now;

  private void put(String topic, String publisher, String key, String value) {
    put(topic, publisher, key, value, 10);
  }

  private void put(String topic, String publisher, String key, String value, int size) {
    values.put(new LastValues.Key(topic, publisher, key), publisher, value, size, now++);
  }

  @Test
  void put_sameKey_replacesTheEarlierOneAndIsTheYoungestThen() {
    put("t", "hub", "a", "1");
    put("t", "hub", "b", "2");
    put("t", "hub", "a", "3");

    assertThat(values.of("t", now)).containsExactly("2", "3");
  }

  @Test
  void put_sameKeyOfAnotherPublisherOrTopic_replacesNothing() {
    put("t", "hub", "a", "1");
    put("t", "kiosk-1", "a", "2");
    put("other", "hub", "a", "3");

    assertThat(values.of("t", now)).containsExactly("1", "2");
    assertThat(values.of("other", now)).containsExactly("3");
    assertThat(values.of("none", now)).isEmpty();
  }

  @Test
  void put_moreThanOnePublisherMayHave_pushesOutItsOwnOldestOnly() {
    put("t", "kiosk-1", "x", "not theirs");
    for (int i = 1; i <= 5; i++) {
      put("t", "hub", "key" + i, "value" + i);
    }

    assertThat(values.of("t", now)).containsExactly("not theirs", "value3", "value4", "value5");
  }

  @Test
  void put_moreBytesThanAllowed_pushesOutTheOldestAndRefusesWhatNeverFits() {
    put("t", "a", "1", "first", 40);
    put("t", "b", "1", "second", 40);
    put("t", "c", "1", "third", 40);
    assertThat(values.of("t", now)).containsExactly("second", "third");

    put("t", "c", "1", "too large", 101);

    assertThat(values.of("t", now))
        .as("nor is what it replaces believed")
        .containsExactly("second");
    put("t", "d", "1", "fits again", 60);
    assertThat(values.of("t", now)).containsExactly("second", "fits again");
  }

  @Test
  void of_afterTheirLifetime_givesOnlyWhatWasRenewed() {
    put("t", "hub", "a", "old");
    put("t", "hub", "b", "old too");
    long later = LIFETIME.toNanos();
    values.put(new LastValues.Key("t", "hub", "a"), "hub", "renewed", 10, later);

    assertThat(values.of("t", later + 2)).containsExactly("renewed");
    assertThat(values.size()).isEqualTo(1);
  }

  @Test
  void of_someDevices_givesOnlyWhatIsAboutThem() {
    put("t", "kiosk-1", "a", "1");
    put("t", "hub", "a", "2");
    put("t", "kiosk-2", "a", "3");
    put("t", "kiosk-2", "b", "4");

    assertThat(values.of("t", List.of("hub", "kiosk-2", "nowhere"), now))
        .containsExactlyInAnyOrder("2", "3", "4");
    values.forget("kiosk-2"::equals);
    assertThat(values.of("t", List.of("hub", "kiosk-2"), now)).containsExactly("2");
  }

  @Test
  void forget_aPublisher_forgetsAllOfItsValuesAndCountsAnew() {
    put("t", "hub", "a", "hub's");
    for (int i = 0; i < 3; i++) {
      put("t", "kiosk-1", "key" + i, "gone");
    }
    values.forget("kiosk-1"::equals);
    assertThat(values.of("t", now)).containsExactly("hub's");

    for (int i = 0; i < 3; i++) {
      put("t", "kiosk-1", "key" + i, "back" + i);
    }
    assertThat(values.of("t", now)).containsExactly("hub's", "back0", "back1", "back2");
  }
}
