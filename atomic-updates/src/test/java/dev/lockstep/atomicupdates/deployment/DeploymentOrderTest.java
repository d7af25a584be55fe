package dev.lockstep.atomicupdates.deployment;

import static dev.lockstep.atomicupdates.deployment.Steps.BACKEND;
import static dev.lockstep.atomicupdates.deployment.Steps.T0;
import static dev.lockstep.atomicupdates.deployment.Steps.UNHEALTHY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.deployment.DeploymentEvent.Answered;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.Begun;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.CameBack;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.Decided;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.Result;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.TimePassed;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.WentAway;
import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.config.DeploymentSettings.FrontendFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Lines of events in, lines of orders out: the order over devices, waves, policies and absences as
 * a table that can be read.
 *
 * <p>{@code ok}, {@code fail}, {@code defer} and {@code stuck} answer the order that the site
 * awaits; {@code +10m} lets time pass. Of the orders only those after the staging of all are shown.
 */
@Tag("R106")
class DeploymentOrderTest {
  /**
   * One story.
   *
   * @param old range of the backend's API that the old frontends need
   */
  private record Story(
      String name,
      DeploymentRules rules,
      String old,
      int kiosks,
      String events,
      String orders,
      String end) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final String FITS = "^1.0.0";
  private static final String BREAKS = "<1.1.0";
  private static final DeploymentRules KEEP = Steps.rules(100, 0, FrontendFailure.KEEP);
  private static final DeploymentRules REVERT = Steps.rules(100, 0, FrontendFailure.REVERT);
  private static final DeploymentRules CANARY = Steps.rules(2, 1, FrontendFailure.KEEP);
  private static final DeploymentRules TWO = Steps.rules(2, 0, FrontendFailure.KEEP);

  // spotless:off one story per row
  static Stream<Story> stories() {
    return Stream.of(
        new Story("all well", KEEP, FITS, 2,
            "ok backend; ok k1; ok k2",
            "INSTALL backend; INSTALL k1, INSTALL k2; -; -", "COMMITTED"),
        new Story("backend fails: no frontend is asked", KEEP, FITS, 2,
            "fail backend",
            "INSTALL backend; -", "REVERTED"),
        new Story("frontend fails, old one fits: kept", KEEP, FITS, 2,
            "ok backend; fail k1; ok k2",
            "INSTALL backend; INSTALL k1, INSTALL k2; -; -", "COMMITTED"),
        new Story("frontend fails, old one does not fit: all back, last first", KEEP, BREAKS, 3,
            "ok backend; ok k1; ok k2; fail k3; ok k2; ok k1; ok backend",
            "INSTALL backend; INSTALL k1, INSTALL k2, INSTALL k3; -; -; REVERT k2; REVERT k1; REVERT backend; -", "REVERTED"),
        new Story("policy revert: all back, last first, though the old one fits", REVERT, FITS, 3,
            "ok backend; ok k1; ok k3; fail k2; ok k3; ok k1; ok backend",
            "INSTALL backend; INSTALL k1, INSTALL k2, INSTALL k3; -; -; REVERT k3; REVERT k1; REVERT backend; -", "REVERTED"),
        new Story("policy revert: what still installs ends before anything goes back", REVERT, FITS, 2,
            "ok backend; fail k1; ok k2; ok k2; ok backend",
            "INSTALL backend; INSTALL k1, INSTALL k2; -; REVERT k2; REVERT backend; -", "REVERTED"),
        new Story("policy revert: one cannot go back, the others still do", REVERT, FITS, 2,
            "ok backend; ok k1; fail k2; stuck k1; ok backend",
            "INSTALL backend; INSTALL k1, INSTALL k2; -; REVERT k1; REVERT backend; -", "REVERT_FAILED"),
        new Story("policy revert: not now is no failure", REVERT, FITS, 2,
            "ok backend; defer k1; ok k2",
            "INSTALL backend; INSTALL k1, INSTALL k2; -; -", "COMMITTED"),
        new Story("two at a time", TWO, FITS, 4,
            "ok backend; ok k2; ok k1; ok k3; ok k4",
            "INSTALL backend; INSTALL k1, INSTALL k2; INSTALL k3; INSTALL k4; -; -", "COMMITTED"),
        new Story("the canary first, then two at a time", CANARY, FITS, 4,
            "ok backend; ok k1; ok k2; ok k3; ok k4",
            "INSTALL backend; INSTALL k1; INSTALL k2, INSTALL k3; INSTALL k4; -; -", "COMMITTED"),
        new Story("the canary fails, old ones fit: the others are spared", CANARY, FITS, 4,
            "ok backend; fail k1",
            "INSTALL backend; INSTALL k1; -", "COMMITTED"),
        new Story("the canary fails, old ones do not fit: backend goes back", CANARY, BREAKS, 4,
            "ok backend; fail k1; ok backend",
            "INSTALL backend; INSTALL k1; REVERT backend; -", "REVERTED"),
        new Story("the canary says not now: the next one is the canary", CANARY, FITS, 3,
            "ok backend; defer k1; ok k2; ok k3",
            "INSTALL backend; INSTALL k1; INSTALL k2; INSTALL k3; -", "COMMITTED"),
        new Story("after the canary a failure is one device's own", CANARY, FITS, 3,
            "ok backend; ok k1; fail k2; ok k3",
            "INSTALL backend; INSTALL k1; INSTALL k2, INSTALL k3; -; -", "COMMITTED"),
        new Story("away and fits: goes on without it", KEEP, FITS, 2,
            "away k2; ok backend; ok k1",
            "INSTALL backend; -; INSTALL k1; -", "COMMITTED"),
        new Story("goes away during the backend: is waited for, staged again, installed", KEEP, BREAKS, 2,
            "away k2; ok backend; ok k1; return k2; ok k2; ok k2",
            "INSTALL backend; -; INSTALL k1; -; STAGE k2; INSTALL k2; -", "COMMITTED"),
        new Story("stays away: people are asked and go on without it", KEEP, BREAKS, 2,
            "away k2; ok backend; ok k1; +10m; proceed",
            "INSTALL backend; -; INSTALL k1; -; -; -", "COMMITTED"),
        new Story("stays away: people wait longer, it returns", KEEP, BREAKS, 2,
            "away k2; ok backend; ok k1; +10m; wait; +9m; return k2; ok k2; ok k2",
            "INSTALL backend; -; INSTALL k1; -; -; -; -; STAGE k2; INSTALL k2; -", "COMMITTED"),
        new Story("stays away: people give up, all back", KEEP, BREAKS, 2,
            "away k2; ok backend; ok k1; +10m; giveup; ok k1; ok backend",
            "INSTALL backend; -; INSTALL k1; -; -; REVERT k1; REVERT backend; -", "REVERTED"),
        new Story("stays away: nobody answers, all back", KEEP, BREAKS, 2,
            "away k2; ok backend; ok k1; +10m; +4h; ok k1; ok backend",
            "INSTALL backend; -; INSTALL k1; -; -; REVERT k1; REVERT backend; -", "REVERTED"),
        new Story("a decision that nobody asked for changes nothing", KEEP, BREAKS, 2,
            "proceed; giveup; ok backend; ok k1; ok k2",
            "INSTALL backend; -; -; INSTALL k1, INSTALL k2; -; -", "COMMITTED"));
  }
  // spotless:on

  @ParameterizedTest
  @MethodSource("stories")
  @Tag("R26")
  @Tag("R108")
  void apply_lineOfEvents_givesTheOrdersOfTheTable(Story story) {
    Run run = new Run(story);
    run.event(new Begun());
    run.all().forEach(site -> run.answer(site, Result.DONE));

    List<String> orders = new ArrayList<>(List.of(run.told()));
    for (String event : story.events().split("; ")) {
      run.happens(event);
      orders.add(run.told());
    }

    assertThat(String.join("; ", orders)).isEqualTo(story.orders());
    assertThat(run.deployment.state()).hasToString(story.end());
  }

  @ParameterizedTest
  @MethodSource("decisions")
  void apply_awayBeforeAnythingChanged_asksThenDoesAsDecided(Decision.Action action, String end) {
    Run run = new Run(new Story("", KEEP, BREAKS, 1, "", "", ""));
    run.event(new Begun());
    run.event(new WentAway(run.site("k1")));
    run.happens("ok backend");
    assertThat(run.deployment.question()).isEmpty();
    run.happens("+10m");

    assertThat(run.deployment.question())
        .isEqualTo(
            "decide: kiosk-ui on kiosk-1 (1.0.0) is away, and would not fit backend 1.1.0; proceed without, wait, or give up");
    run.event(new Decided(new Decision("", action, "ann")));
    assertThat(run.deployment.question()).isEmpty();
    assertThat(run.deployment.state()).hasToString(end);
  }

  static Stream<Object[]> decisions() {
    return Stream.of(
        new Object[] {Decision.Action.PROCEED, "BACKEND"},
        new Object[] {Decision.Action.WAIT, "STAGING"},
        new Object[] {Decision.Action.GIVE_UP, "REFUSED"});
  }

  /** A deployment and what was ordered since the last look. */
  private static final class Run {
    private final DeploymentMachine machine;
    private final List<String> orders = new ArrayList<>();
    private Deployment deployment;
    private Instant now = T0;

    Run(Story story) {
      machine = new DeploymentMachine(story.rules());
      List<Step> steps = new ArrayList<>(List.of(Steps.backend()));
      for (int i = 1; i <= story.kiosks(); i++) {
        steps.add(Steps.step(site("k" + i), Role.FRONTEND, story.old()));
      }
      deployment = Steps.deployment(steps);
    }

    Site site(String name) {
      return name.equals("backend") ? BACKEND : new Site("kiosk-" + name.substring(1), "kiosk-ui");
    }

    List<Site> all() {
      return deployment.steps().stream().map(Step::site).toList();
    }

    String told() {
      List<String> since =
          orders.stream().filter(order -> !order.startsWith("STAGE all")).distinct().toList();
      orders.clear();
      String told = String.join(", ", since);
      return told.isEmpty() ? "-" : told;
    }

    void happens(String event) {
      String[] words = event.split(" ");
      switch (words[0]) {
        case "ok" -> answer(site(words[1]), Result.DONE);
        case "fail" -> answer(site(words[1]), Result.FAILED);
        case "defer" -> answer(site(words[1]), Result.DEFERRED);
        case "stuck" -> answer(site(words[1]), Result.STUCK);
        case "away" -> event(new WentAway(site(words[1])));
        case "return" -> event(new CameBack(site(words[1])));
        case "proceed", "wait" -> decide(words[0]);
        case "giveup" -> decide("give_up");
        default -> {
          now = now.plus(Duration.parse("PT" + words[0].substring(1))).plusSeconds(1);
          event(new TimePassed());
        }
      }
    }

    private void decide(String word) {
      Decision.Action action = Decision.Action.valueOf(word.toUpperCase(Locale.ROOT));
      event(new Decided(new Decision("", action, "ann")));
    }

    void answer(Site site, Result result) {
      Order order = Order.awaitedIn(deployment.step(site).orElseThrow().status());
      event(new Answered(site, order, result, result == Result.DONE ? null : UNHEALTHY));
    }

    void event(DeploymentEvent event) {
      DeploymentMachine.Transition next = machine.apply(deployment, event, now);
      deployment = next.deployment();
      for (DeploymentEffect effect : next.effects()) {
        if (effect instanceof DeploymentEffect.Instruct instruct) {
          Site site = instruct.step().site();
          String name = site.equals(BACKEND) ? "backend" : "k" + site.device().substring(6);
          orders.add(event instanceof Begun ? "STAGE all" : instruct.order() + " " + name);
        }
      }
    }
  }
}
