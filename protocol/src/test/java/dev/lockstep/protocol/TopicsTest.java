package dev.lockstep.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TopicsTest {

  @Test
  @Tag("R13")
  void all_firstTen_areTheFixedNames() {
    assertThat(Topics.all().subList(0, 10))
        .extracting(Topic::name)
        .containsExactly(
            "update/check/request",
            "update/check/response",
            "update/available",
            "update/download/progress",
            "update/download/complete",
            "update/install/request",
            "update/install/progress",
            "update/install/complete",
            "update/restart/required",
            "update/restart/scheduled");
  }

  @Test
  @Tag("R13")
  void all_names_beginWithTheOnePrefixThatGivesEverything() {
    assertThat(Topics.all()).allMatch(topic -> topic.name().startsWith("update/"));
    assertThat(Topics.all()).extracting(Topic::name).doesNotHaveDuplicates();
  }

  @Test
  @Tag("R167")
  @Tag("R171")
  void notification_nameOfTheHost_isOutsideOfLockstepsTopics() {
    assertThat(Topics.notification("ui/notification").publishers()).containsExactly(Role.HUB);
    for (String name : new String[] {"update", "update/ui", "UI/x", "ui//x", "ui/", "", "ui/*"}) {
      assertThatThrownBy(() -> Topics.notification(name))
          .as(name)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  @Tag("R167")
  void all_noName_isTheBeginningOfAnother() {
    Set<String> names = Topics.all().stream().map(Topic::name).collect(Collectors.toSet());

    assertThat(names)
        .allSatisfy(
            name ->
                assertThat(names)
                    .filteredOn(other -> !other.equals(name))
                    .as("what a subscription to %s would also deliver", name)
                    .noneMatch(other -> other.startsWith(name)));
  }

  @Test
  void all_types_travelOnOneTopicEach() {
    assertThat(Topics.all()).extracting(Topic::type).doesNotHaveDuplicates();
  }

  @Test
  @Tag("R151")
  void publishers_ofEveryTopic_haveTheHubAndNoObserverButForStateRequests() {
    assertThat(Topics.all()).allMatch(topic -> topic.publishers().contains(Role.HUB));
    assertThat(Topics.all())
        .filteredOn(topic -> topic.publishers().contains(Role.OBSERVER))
        .containsExactly(Topics.STATE_REQUEST);
    assertThat(Topics.INSTALL_REQUEST.publishers())
        .containsExactlyInAnyOrder(Role.HUB, Role.OPERATOR);
  }

  @Test
  @Tag("R151")
  void readers_ofLogsTokensAndInstructions_haveNoObserver() {
    assertThat(Topics.all()).allMatch(topic -> topic.readers().contains(Role.HUB));
    assertThat(Topics.all())
        .filteredOn(topic -> !topic.readers().contains(Role.OBSERVER))
        .containsExactlyInAnyOrder(
            Topics.LOG_LINE,
            Topics.PREPARE_REQUEST,
            Topics.PREPARE_RESPONSE,
            Topics.DRAIN_REQUEST,
            Topics.DRAIN_RESPONSE,
            Topics.DEVICE_INSTRUCTION,
            Topics.DEVICE_RESPONSE);
    assertThat(Topics.DRAIN_RESPONSE.readers()).containsExactlyInAnyOrder(Role.HUB, Role.DEVICE);
  }

  @Test
  void byName_exactName_findsTheTopic() {
    assertThat(Topics.byName("update/available")).contains(Topics.AVAILABLE);
    assertThat(Topics.byName("update/avail")).isEmpty();
    assertThat(Topics.byName("update/available/x")).isEmpty();
    assertThat(Topics.AVAILABLE).hasToString("update/available");
  }
}
