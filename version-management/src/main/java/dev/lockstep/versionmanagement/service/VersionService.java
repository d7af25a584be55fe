package dev.lockstep.versionmanagement.service;

import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.versionmanagement.VersionManagementException;
import dev.lockstep.versionmanagement.deployment.Deployment;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent;
import dev.lockstep.versionmanagement.deployment.DeploymentMachine;
import dev.lockstep.versionmanagement.domain.Announcement;
import dev.lockstep.versionmanagement.domain.CheckAnswer;
import dev.lockstep.versionmanagement.domain.CheckQuestion;
import dev.lockstep.versionmanagement.domain.CheckResult;
import dev.lockstep.versionmanagement.domain.Inventory;
import dev.lockstep.versionmanagement.domain.Site;
import dev.lockstep.versionmanagement.port.Alarms;
import dev.lockstep.versionmanagement.port.Alarms.Alarm;
import dev.lockstep.versionmanagement.port.HistoryView;
import dev.lockstep.versionmanagement.port.Inbox;
import dev.lockstep.versionmanagement.port.Journal;
import dev.lockstep.versionmanagement.port.Journal.Memory;
import dev.lockstep.versionmanagement.port.Outbox;
import dev.lockstep.versionmanagement.port.PolicyQuestion;
import dev.lockstep.versionmanagement.port.PolicyView;
import dev.lockstep.versionmanagement.port.ReleaseSource;
import dev.lockstep.versionmanagement.port.ScheduleAnswer;
import dev.lockstep.versionmanagement.port.ScheduleQuestion;
import dev.lockstep.versionmanagement.port.StateView;
import dev.lockstep.versionmanagement.port.VersionFiles;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one door through which everything comes: messages, alarms and the ends of checks, all onto
 * the core thread.
 */
public final class VersionService implements Inbox, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VersionService.class);

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);

  private final ServiceSettings settings;
  private final Clock clock;
  private final Journal journal;
  private final Outbox outbox;
  private final CoreThread core = new CoreThread();
  private final Inventory inventory;
  private final RuleBook rules;
  private final FailureBook failures;
  private final HardwareBook hardware;
  private final Offers offers;
  private final Deployments deployments;
  private final FollowUp followUp;
  private final ScheduleDesk desk;
  private final Checks checks;
  private final Overview overview;
  private final Notifications notifications;
  private final Alarms alarms;
  private final Instant settledAt;
  private boolean refreshing;

  /**
   * What the service works with.
   *
   * @param journal read at once; closed with the service
   */
  public record Surroundings(
      Clock clock,
      Journal journal,
      ReleaseSource source,
      VersionFiles files,
      Outbox outbox,
      Alarms.Factory alarms) {}

  /** Reads the journal; nothing runs before {@link #start}. */
  public VersionService(ServiceSettings settings, Surroundings around) {
    this.settings = settings;
    this.clock = around.clock();
    this.journal = around.journal();
    this.outbox = around.outbox();
    Instant now = clock.instant();
    Memory memory = journal.load();
    this.inventory = new Inventory(settings.forgetAfter());
    memory.sites().forEach(one -> inventory.announced(one.announcement(), one.at()));
    inventory.local(around.files().read());
    this.rules = new RuleBook(journal, inventory, memory.rules());
    this.failures = new FailureBook(journal, memory.failures());
    this.hardware =
        new HardwareBook(settings.device(), settings.facts(), journal, memory.refusals());
    this.offers = new Offers(settings, inventory, rules, failures, hardware, now);
    this.deployments =
        new Deployments(
            new DeploymentMachine(settings.limits(), settings.preferredTime()),
            journal,
            failures,
            outbox,
            clock,
            memory,
            this::deploymentChanged,
            settings::allow);
    this.followUp = new FollowUp(offers, deployments, inventory, clock);
    this.desk = new ScheduleDesk(settings, offers, deployments);
    this.checks =
        new Checks(
            core,
            around.source(),
            around.files(),
            inventory::components,
            journal,
            clock,
            settings.checkInterval(),
            memory.lastCheck(),
            this::checkEnded);
    this.overview = new Overview(settings, inventory, rules, offers, deployments, checks);
    this.notifications =
        new Notifications(settings.notifyAvailable(), journal, outbox, memory.notified());
    this.settledAt = now.plus(settings.settling());
    this.alarms = around.alarms().start(alarm -> core.post("alarm " + alarm, () -> ring(alarm)));
  }

  /** Takes up what was under way, and checks. */
  public void start() {
    core.post(
        "start",
        () -> {
          deployments.restore();
          refresh();
          sayEverything();
          alarms.set(Alarm.REPORT, clock.instant().plus(settings.heartbeat()));
        });
  }

  @Override
  public void checkRequested(CheckQuestion question, Consumer<CheckAnswer> answer) {
    core.take("check request", () -> check(question, answer));
  }

  @Override
  public void scheduleRequested(ScheduleQuestion question, Consumer<ScheduleAnswer> answer) {
    core.take(
        "schedule request",
        () -> {
          // What has just failed may still wait to be taken off the offer.
          refresh();
          answer.accept(schedule(question));
          refreshSoon();
        });
  }

  @Override
  public void policyRequested(PolicyQuestion question, Consumer<PolicyView> answer) {
    core.take(
        "policy request",
        () -> {
          answer.accept(decide(question));
          outbox.policy(overview.policy());
          refreshSoon();
        });
  }

  @Override
  public void stateRequested(Consumer<StateView> answer) {
    core.take("state request", () -> answer.accept(overview.state(clock.instant())));
  }

  @Override
  public void historyRequested(int limit, Consumer<HistoryView> answer) {
    core.take(
        "history request",
        () ->
            answer.accept(
                new HistoryView(clock.instant(), journal.checks(limit), deployments.jobs())));
  }

  @Override
  public void announced(Announcement announcement) {
    core.take(
        "announcement",
        () -> {
          Instant now = clock.instant();
          if (inventory.returns(announcement, now)) {
            hardware.returned(announcement.site());
          }
          if (inventory.announced(announcement, now)) {
            journal.save(announcement, now);
            refreshSoon();
          }
        });
  }

  @Override
  public void happened(String jobId, DeploymentEvent event) {
    core.take(
        "event of a deployment",
        () -> {
          if (event instanceof DeploymentEvent.StagingFailed failed
              && HardwareBook.isRefusal(failed.problem())) {
            deployments
                .release(jobId, failed.site())
                .ifPresent(it -> hardware.refused(failed.site(), it));
          }
          deployments.apply(jobId, event);
        });
  }

  @Override
  public void progress(String jobId, Site site, boolean installing, int percent) {
    core.take("progress", () -> deployments.progress(jobId, site, installing, percent));
  }

  @Override
  public void down(String component, Duration downtime) {
    core.take("downtime", () -> deployments.down(component, downtime));
  }

  @Override
  public void revertRequested(
      String component, Set<String> devices, Optional<ReleaseVersion> to, String requestedBy) {
    core.take(
        "revert request",
        () -> {
          Instant now = clock.instant();
          inventory.at(now).stream()
              .filter(site -> site.site().component().equals(component))
              .filter(site -> devices.isEmpty() || devices.contains(site.site().device()))
              .forEach(site -> failures.wentBack(site, to.or(site::previous), requestedBy, now));
          refreshSoon();
        });
  }

  @Override
  public void connected() {
    core.post("connected", this::sayEverything);
  }

  /** Stops promptly; a check that runs is given up, everything else is kept in the journal. */
  @Override
  public void close() {
    alarms.close();
    core.close();
    checks.close();
    journal.close();
  }

  private void check(CheckQuestion question, Consumer<CheckAnswer> answer) {
    Optional<String> unknown =
        question.components().stream().filter(one -> !inventory.knows(one)).sorted().findFirst();
    if (unknown.isPresent()) {
      answer.accept(CheckAnswers.unknownComponent(unknown.get(), clock.instant()));
      return;
    }
    LOG.info("check requested{}: {}", question.force() ? " (forced)" : "", question.reason());
    checks.ask(question, answer);
  }

  private void checkEnded(Checks.Finding finding, List<Checks.Asked> asked) {
    inventory.local(finding.local());
    finding.catalogue().ifPresent(offers::found);
    finding
        .failure()
        .filter(failure -> failure.result() == CheckResult.UNTRUSTED)
        .ifPresent(failure -> offers.forget());
    refresh();
    if (finding.catalogue().isPresent()) {
      notifications.say(offers.current());
    }
    CheckQuestion all = new CheckQuestion(Set.of(), false, "");
    CheckAnswer overall = CheckAnswers.to(all, finding, offers.current(), clock.instant());
    checks.record(overall.result(), overall.problem(), asked, finding);
    for (Checks.Asked one : asked) {
      CheckAnswer answer =
          CheckAnswers.to(one.question(), finding, offers.current(), clock.instant());
      one.answer().ifPresentOrElse(told -> told.accept(answer), () -> outbox.checked(answer));
    }
    refreshSoon();
  }

  private ScheduleAnswer schedule(ScheduleQuestion question) {
    try {
      return desk.answer(question, clock.instant());
    } catch (VersionManagementException refused) {
      LOG.info("{}: {}", refused.code(), refused.getMessage());
      return ScheduleAnswer.refused(refused.problem());
    }
  }

  private PolicyView decide(PolicyQuestion question) {
    try {
      rules.decide(question, clock.instant());
      return overview.policy();
    } catch (VersionManagementException refused) {
      LOG.info("{}: {}", refused.code(), refused.getMessage());
      return overview.policy().refusing(refused.problem());
    }
  }

  private void deploymentChanged(Deployment deployment) {
    if (deployment.state().ended()) {
      followUp.ended(deployment, clock.instant().plus(settings.patience()));
    }
    refreshSoon();
  }

  /** An alarm whose work fails is not lost, and does not ring in a loop either. */
  private void ring(Alarm alarm) {
    boolean done = false;
    try {
      rang(alarm);
      done = true;
    } finally {
      if (!done) {
        alarms.set(alarm, clock.instant().plus(AFTER_FAILURE));
      }
    }
  }

  private void rang(Alarm alarm) {
    switch (alarm) {
      case CHECK -> checks.timePassed();
      case DEPLOYMENT -> deployments.apply(new DeploymentEvent.TimePassed());
      case HOUSEKEEPING -> {
        if (rules.expire(clock.instant())) {
          outbox.policy(overview.policy());
        }
        refreshSoon();
      }
      case REPORT -> {
        alarms.set(Alarm.REPORT, clock.instant().plus(settings.heartbeat()));
        notifications.say(offers.current());
        outbox.report(overview.state(clock.instant()));
      }
    }
    armAlarms();
  }

  /** Many changes that wait one behind the other are looked at once. */
  private void refreshSoon() {
    if (!refreshing) {
      refreshing = true;
      core.post(
          "refresh",
          () -> {
            refreshing = false;
            refresh();
            outbox.report(overview.state(clock.instant()));
          });
    }
  }

  private void refresh() {
    Instant now = clock.instant();
    offers.catalogue().ifPresent(checks::cover);
    if (!deployments.installing()) {
      if (offers.reconsider(deployments.active(), now)) {
        notifications.say(offers.current());
      }
      boolean settled = !settledAt.isAfter(now);
      if (settled) {
        notifications.tell(offers.current());
      }
      followUp.followOffer(settled);
    }
    armAlarms();
  }

  private void sayEverything() {
    notifications.say(offers.current());
    outbox.policy(overview.policy());
    deployments.notices().forEach(outbox::restartScheduled);
    outbox.report(overview.state(clock.instant()));
  }

  private void armAlarms() {
    Instant now = clock.instant();
    arm(Alarm.CHECK, checks.nextAlarm());
    arm(Alarm.DEPLOYMENT, deployments.nextWakeUp());
    arm(
        Alarm.HOUSEKEEPING,
        Stream.of(
                inventory.nextChange(now),
                rules.nextExpiry(),
                failures.nextRetry(now),
                Optional.of(settledAt).filter(at -> at.isAfter(now)))
            .flatMap(Optional::stream)
            .min(Instant::compareTo));
  }

  private void arm(Alarm alarm, Optional<Instant> at) {
    at.ifPresentOrElse(time -> alarms.set(alarm, time), () -> alarms.clear(alarm));
  }
}
