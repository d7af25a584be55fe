package dev.lockstep.atomicupdates.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Message;
import dev.lockstep.atomicupdates.DeviceUpdates;
import dev.lockstep.atomicupdates.bus.BusEdges;
import dev.lockstep.atomicupdates.port.Participants;
import dev.lockstep.atomicupdates.port.Reports;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.memory.InMemoryBroker;
import dev.lockstep.config.Settings;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.RestartRequired;
import dev.lockstep.protocol.v1.RestartScheduled;
import dev.lockstep.protocol.v1.StateReport;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The edge of a device's process to a bus whose broker lives on when the process ends: it keeps
 * what was said last of each state, and gives that to whoever comes later.
 */
final class DeviceOnBus {
  private static final String DEVICE = "the-device";
  private final Bus bus;
  private final BusEdges edges;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();

  /** Connects a new process of the device. */
  DeviceOnBus(InMemoryBroker broker, Settings settings) {
    this.bus = broker.connect(DEVICE, Role.DEVICE);
    this.edges = new BusEdges(settings, bus, broker.clock(), until -> {}, thread);
  }

  Participants participants() {
    return edges.participants();
  }

  /** Reports to the bus, and to a test. */
  Reports and(Reports test) {
    return (Reports)
        Proxy.newProxyInstance(
            Reports.class.getClassLoader(),
            new Class<?>[] {Reports.class},
            (proxy, method, told) -> {
              try {
                method.invoke(edges.reports(), told);
                return method.invoke(test, told);
              } catch (InvocationTargetException failed) {
                throw failed.getCause();
              }
            });
  }

  void attach(DeviceUpdates updates) {
    edges.attach(updates, Optional.empty());
  }

  /** The process is gone; it has not said that it leaves. */
  void gone() {
    edges.close();
    thread.shutdownNow();
    try {
      assertThat(thread.awaitTermination(TestDevice.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    bus.close();
  }

  /** What a late joiner is given says that nothing goes on and the version runs, and no more. */
  static void atRest(InMemoryBroker broker, String version) {
    try (Bus late = broker.connect("late joiner")) {
      List<RestartRequired> required = kept(late, Topics.RESTART_REQUIRED);
      List<RestartScheduled> scheduled = kept(late, Topics.RESTART_SCHEDULED);
      List<ComponentAnnounce> announced = kept(late, Topics.COMPONENT_ANNOUNCE);
      List<StateReport> reports = kept(late, Topics.STATE_REPORT);
      await()
          .atMost(TestDevice.LONG)
          .untilAsserted(
              () -> {
                assertThat(last(reports).getJobsList()).allMatch(job -> job.getFinished());
                assertThat(last(reports).getComponentsList())
                    .filteredOn(one -> one.getComponent().equals(TestDevice.ID))
                    .allMatch(one -> one.getVersion().equals(version));
                assertThat(announced)
                    .filteredOn(one -> one.getComponent().equals(TestDevice.ID))
                    .last()
                    .matches(one -> one.getVersion().equals(version));
                assertThat(last(required))
                    .matches(one -> !one.getRequired())
                    .matches(one -> one.getRunningVersion().equals(version));
                assertThat(last(scheduled)).matches(RestartScheduled::getCancelled);
              });
    }
  }

  private static <M extends Message> M last(List<M> heard) {
    assertThat(heard).isNotEmpty();
    return heard.get(heard.size() - 1);
  }

  private static <M extends Message> List<M> kept(Bus late, Topic<M> topic) {
    List<M> heard = new CopyOnWriteArrayList<>();
    late.subscribe(topic, message -> heard.add(message.payload()));
    return heard;
  }
}
