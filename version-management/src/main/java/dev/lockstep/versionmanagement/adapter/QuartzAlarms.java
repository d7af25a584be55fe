package dev.lockstep.versionmanagement.adapter;

import dev.lockstep.versionmanagement.port.Alarms;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.StdSchedulerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Alarms by Quartz, one simple trigger each at an instant that was computed before; its own
 * calendars are not used. No trigger waits longer than a minute: then the clock is asked again, so
 * that a clock that was set, or a device that slept, makes an alarm late by a minute at most.
 */
public final class QuartzAlarms implements Alarms {
  private static final Logger LOG = LoggerFactory.getLogger(QuartzAlarms.class);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  private final Scheduler scheduler;
  private final Clock clock;
  private final Consumer<Alarm> ring;
  private final Map<Alarm, Instant> times = new ConcurrentHashMap<>();

  /** Starts a scheduler with one thread that keeps everything in memory. */
  public QuartzAlarms(Clock clock, Consumer<Alarm> ring) {
    this.clock = clock;
    this.ring = ring;
    try {
      this.scheduler = new StdSchedulerFactory(properties()).getScheduler();
      scheduler.setJobFactory((bundle, quartz) -> (Job) this::due);
      for (Alarm alarm : Alarm.values()) {
        JobDetail job =
            JobBuilder.newJob(Job.class).withIdentity(jobKey(alarm)).storeDurably().build();
        scheduler.addJob(job, true);
      }
      scheduler.start();
    } catch (SchedulerException unusable) {
      throw new IllegalStateException("cannot start the scheduler", unusable);
    }
  }

  private static Properties properties() {
    Properties properties = new Properties();
    properties.setProperty(
        StdSchedulerFactory.PROP_SCHED_INSTANCE_NAME, "lockstep-alarms-" + UUID.randomUUID());
    properties.setProperty(StdSchedulerFactory.PROP_SCHED_MAKE_SCHEDULER_THREAD_DAEMON, "true");
    properties.setProperty(
        StdSchedulerFactory.PROP_JOB_STORE_CLASS, "org.quartz.simpl.RAMJobStore");
    properties.setProperty(
        StdSchedulerFactory.PROP_THREAD_POOL_CLASS, "org.quartz.simpl.SimpleThreadPool");
    properties.setProperty("org.quartz.threadPool.threadCount", "1");
    properties.setProperty("org.quartz.threadPool.makeThreadsDaemons", "true");
    return properties;
  }

  @Override
  public void set(Alarm alarm, Instant at) {
    if (!at.equals(times.put(alarm, at))) {
      schedule(alarm, at);
    }
  }

  @Override
  public void clear(Alarm alarm) {
    if (times.remove(alarm) != null) {
      try {
        scheduler.unscheduleJob(triggerKey(alarm));
      } catch (SchedulerException unusable) {
        LOG.error("cannot clear the alarm {}: {}", alarm, unusable.getMessage(), unusable);
      }
    }
  }

  @Override
  public void close() {
    try {
      scheduler.shutdown(false);
    } catch (SchedulerException unusable) {
      LOG.warn("cannot stop the scheduler: {}", unusable.getMessage(), unusable);
    }
  }

  private void due(JobExecutionContext context) {
    Alarm alarm = Alarm.valueOf(context.getJobDetail().getKey().getName());
    Instant at = times.get(alarm);
    if (at == null) {
      return;
    }
    if (at.isAfter(clock.instant())) {
      schedule(alarm, at);
    } else if (times.remove(alarm, at)) {
      ring.accept(alarm);
    }
  }

  private void schedule(Alarm alarm, Instant at) {
    Duration wait = Duration.between(clock.instant(), at);
    if (wait.compareTo(LONGEST_WAIT) > 0) {
      wait = LONGEST_WAIT;
    }
    // Quartz goes by the system's clock, which need not be the one that was given.
    long millis = System.currentTimeMillis() + Math.max(0, wait.toMillis() + 1);
    Trigger trigger =
        TriggerBuilder.newTrigger()
            .withIdentity(triggerKey(alarm))
            .forJob(jobKey(alarm))
            .startAt(new Date(millis))
            .withSchedule(
                SimpleScheduleBuilder.simpleSchedule().withMisfireHandlingInstructionFireNow())
            .build();
    try {
      if (scheduler.isShutdown()) {
        return;
      }
      if (scheduler.rescheduleJob(trigger.getKey(), trigger) == null) {
        scheduler.scheduleJob(trigger);
      }
    } catch (SchedulerException unusable) {
      LOG.error("cannot set the alarm {}: {}", alarm, unusable.getMessage(), unusable);
    }
  }

  private static JobKey jobKey(Alarm alarm) {
    return JobKey.jobKey(alarm.name());
  }

  private static TriggerKey triggerKey(Alarm alarm) {
    return TriggerKey.triggerKey(alarm.name());
  }
}
