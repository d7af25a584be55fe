package dev.lockstep.bus.zeromq;

import static dev.lockstep.protocol.v1.ComponentRole.COMPONENT_ROLE_BACKEND;
import static dev.lockstep.protocol.v1.ComponentRole.COMPONENT_ROLE_FRONTEND;
import static dev.lockstep.protocol.v1.ComponentRole.COMPONENT_ROLE_MODULE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.bus.core.FrameBus;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.ComponentRole;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.StateRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A thousand frontends need not hear of each other. */
class NeighboursTest extends ReadersFixture {
  @Test
  @Tag("R107")
  void device_ofAFrontend_hearsOfItselfTheHubAndABackendButNotOfOtherFrontends() {
    FrameBus hub = connect("hub", Role.HUB);
    FrameBus observer = connect("observer", Role.OBSERVER);
    FrameBus server = connect("server", Role.DEVICE);
    FrameBus one = connect("kiosk-1", Role.DEVICE);
    FrameBus other = connect("kiosk-2", Role.DEVICE);
    List<FrameBus> everybody = List.of(hub, observer, server, one, other);
    List<ComponentAnnounce> byHub = listen(hub, Topics.COMPONENT_ANNOUNCE);
    List<ComponentAnnounce> byObserver = listen(observer, Topics.COMPONENT_ANNOUNCE);
    List<ComponentAnnounce> byServer = listen(server, Topics.COMPONENT_ANNOUNCE);
    List<ComponentAnnounce> byOther = listen(other, Topics.COMPONENT_ANNOUNCE);
    List<StateRequest> questions = listen(other, Topics.STATE_REQUEST);
    everybody.forEach(ReadersFixture::awaitConnected);

    server.publish(Topics.COMPONENT_ANNOUNCE, announced("server", COMPONENT_ROLE_BACKEND));
    await().atMost(PATIENCE).until(() -> byOther.size() == 1);
    List.of(one, other)
        .forEach(
            kiosk ->
                kiosk.publish(
                    Topics.COMPONENT_ANNOUNCE,
                    announced(kiosk == one ? "kiosk-1" : "kiosk-2", COMPONENT_ROLE_FRONTEND)));
    hub.publish(Topics.COMPONENT_ANNOUNCE, announced("hub", COMPONENT_ROLE_MODULE));
    one.publish(Topics.STATE_REQUEST, StateRequest.newBuilder().addServices("one").build());
    awaitTurn(hub, observer, server, other);
    await().atMost(PATIENCE).until(() -> byHub.size() == 4 && byOther.size() == 3);
    FrameBus late = connect("kiosk-3", Role.DEVICE);
    List<ComponentAnnounce> byLate = listen(late, Topics.COMPONENT_ANNOUNCE);
    awaitConnected(late);
    await().atMost(PATIENCE).until(() -> byLate.size() >= 2);

    assertThat(List.of(byHub, byObserver, byServer))
        .as("who plans, who watches, and who serves others")
        .allSatisfy(heard -> assertThat(devices(heard)).contains("kiosk-1", "kiosk-2", "hub"));
    assertThat(devices(byOther)).containsExactlyInAnyOrder("server", "kiosk-2", "hub");
    assertThat(questions).noneMatch(asked -> asked.getServicesList().contains("one"));
    assertThat(devices(byLate)).as("last values").containsExactlyInAnyOrder("server", "hub");
  }

  private static ComponentAnnounce announced(String device, ComponentRole role) {
    return ComponentAnnounce.newBuilder().setDevice(device).setRole(role).build();
  }

  private static List<String> devices(List<ComponentAnnounce> heard) {
    return heard.stream().map(ComponentAnnounce::getDevice).toList();
  }

  @Test
  @Tag("R165")
  void answer_toADevice_reachesItAndWhoWatchesAndIsNobodyElsesLoss() {
    FrameBus hub = connect("hub", Role.HUB);
    FrameBus operator = connect("operator", Role.OPERATOR);
    FrameBus one = connect("kiosk-1", Role.DEVICE);
    FrameBus other = connect("kiosk-2", Role.DEVICE);
    List<StateReport> byOperator = listen(operator, Topics.STATE_REPORT);
    List<StateReport> byOther = listen(other, Topics.STATE_REPORT);
    List<Bus.Loss> losses = new CopyOnWriteArrayList<>();
    other.onLoss(losses::add);
    hub.subscribe(
        Topics.STATE_REQUEST,
        request -> {
          if (request.payload().getServicesCount() > 0) {
            hub.reply(request, Topics.STATE_REPORT, report("answer"));
          }
        });
    List.of(hub, operator, one, other).forEach(ReadersFixture::awaitConnected);
    hub.publish(Topics.STATE_REPORT, report("before"));
    await().atMost(PATIENCE).until(() -> byOther.size() == 1 && byOperator.size() == 1);

    StateReport answer =
        one.request(
                Topics.STATE_REQUEST,
                StateRequest.newBuilder().addServices("any").build(),
                Topics.STATE_REPORT,
                RequestOptions.within(PATIENCE))
            .join()
            .payload();
    hub.publish(Topics.STATE_REPORT, report("after"));
    await().atMost(PATIENCE).until(() -> byOther.size() == 2 && byOperator.size() == 3);
    FrameBus late = connect("late", Role.OPERATOR);
    List<StateReport> byLate = listen(late, Topics.STATE_REPORT);
    awaitConnected(late);
    awaitTurn(hub, late);

    assertThat(answer.getService()).isEqualTo("answer");
    assertThat(byOther).extracting(StateReport::getService).containsExactly("before", "after");
    assertThat(byOperator)
        .extracting(StateReport::getService)
        .containsExactly("before", "answer", "after");
    assertThat(losses).isEmpty();
    assertThat(byLate).extracting(StateReport::getService).containsExactly("after");
  }

  private static StateReport report(String service) {
    return StateReport.newBuilder().setDevice("hub").setService(service).build();
  }
}
