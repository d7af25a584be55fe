package dev.lockstep.atomicupdates.deployment;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends orders, and sends them again until they are answered: soon while nobody took them, slowly
 * once they are taken, in case the answer was lost.
 */
final class OrderDispatch {
  private static final Logger LOG = LoggerFactory.getLogger(OrderDispatch.class);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LAST_RETRY = Duration.ofSeconds(8);
  private static final Duration TAKEN_RETRY = Duration.ofSeconds(10);

  private record Key(Site site, Order order) {}

  private record Sent(Instant next, Duration pause, boolean taken) {}

  private final DeviceOrders orders;
  private final Map<Key, Sent> sent = new HashMap<>();

  OrderDispatch(DeviceOrders orders) {
    this.orders = orders;
  }

  /** A new deployment runs, or none. */
  void forget() {
    sent.clear();
  }

  void send(Deployment deployment, Step step, Order order, Instant now) {
    sent.put(new Key(step.site(), order), new Sent(now.plus(FIRST_RETRY), FIRST_RETRY, false));
    transmit(deployment, step, order);
  }

  /** The device has taken the order; its end is still to come. */
  void taken(Site site, Order order, Instant now) {
    sent.computeIfPresent(
        new Key(site, order), (key, was) -> new Sent(now.plus(TAKEN_RETRY), TAKEN_RETRY, true));
  }

  void sendAgainWhereDue(Deployment deployment, Instant now) {
    for (Step step : deployment.awaited()) {
      Order order = Order.awaitedIn(step.status());
      Key key = new Key(step.site(), order);
      Sent was = sent.get(key);
      if (was == null) {
        send(deployment, step, order, now);
      } else if (!was.next().isAfter(now)) {
        Duration pause = was.taken() ? TAKEN_RETRY : longer(was.pause());
        sent.put(key, new Sent(now.plus(pause), pause, was.taken()));
        transmit(deployment, step, order);
      }
    }
  }

  private static Duration longer(Duration pause) {
    Duration doubled = pause.multipliedBy(2);
    return doubled.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : doubled;
  }

  private void transmit(Deployment deployment, Step step, Order order) {
    try {
      orders.send(deployment, step, order);
    } catch (RuntimeException notSent) {
      LOG.warn("{} of {} was not sent, it is sent again soon", order, step.site(), notSent);
    }
  }
}
