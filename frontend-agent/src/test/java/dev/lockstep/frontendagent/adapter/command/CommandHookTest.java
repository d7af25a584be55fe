package dev.lockstep.frontendagent.adapter.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.frontendagent.domain.Place;
import dev.lockstep.frontendagent.port.Frontend.ShownNotice;
import dev.lockstep.frontendagent.port.Frontend.StoreNotice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("R112")
class CommandHookTest {
  private static final Place KIOSK = new Place("kiosk-1", "kiosk-ui");
  private static final Place OTHER = new Place("kiosk-1", "signage");
  private static final Duration LONG = Duration.ofSeconds(30);
  @TempDir Path folder;
  private final List<Duration> postponed = new CopyOnWriteArrayList<>();
  private CommandHook hook;

  @AfterEach
  void close() {
    hook.close();
  }

  private void hook(String script, Duration timeout) throws Exception {
    Path program = Files.writeString(folder.resolve("hook"), "#!/bin/sh\n" + script);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    hook =
        new CommandHook(
            List.of(program.toString(), folder.toString(), "$(touch evil) ; `x`"),
            timeout,
            Clock.systemUTC());
  }

  private static Optional<ShownNotice> notice(String id) {
    return Optional.of(
        new ShownNotice(
            id,
            "hub",
            "backend",
            Instant.now().plusSeconds(100),
            Duration.ofSeconds(5),
            Optional.empty(),
            "update; $(touch evil)\nnext line",
            "1.0.0",
            "1.1.0"));
  }

  private String file(String name) throws Exception {
    Path file = folder.resolve(name);
    return Files.exists(file) ? Files.readString(file) : "";
  }

  @Test
  void show_planned_commandGetsTheNoticeAndNothingSecretAndNoShell() throws Exception {
    hook(
        "env > \"$1/env.new\"; printf '%s' \"$2\" > \"$1/argument\"; mv \"$1/env.new\" \"$1/env\"",
        LONG);
    hook.show(KIOSK, notice("n"), postponed::add);
    await().atMost(LONG).until(() -> !file("env").isEmpty());
    assertThat(file("env").lines())
        .contains(
            "LOCKSTEP_NOTICE=planned",
            "LOCKSTEP_FRONTEND=kiosk-ui",
            "LOCKSTEP_COMPONENT=backend",
            "LOCKSTEP_DOWNTIME_SECONDS=5",
            "LOCKSTEP_TO_VERSION=1.1.0",
            "LOCKSTEP_REASON=update; $(touch evil) next line")
        .allMatch(
            line ->
                line.matches(
                    "(LOCKSTEP_[A-Z_]+|PATH|HOME|LANG|PWD|SHLVL|_|DISPLAY|XDG_.*|WAYLAND_.*|XAUTHORITY|DBUS_.*|OLDPWD)=.*"));
    assertThat(file("argument")).isEqualTo("$(touch evil) ; `x`");
    assertThat(folder.resolve("evil")).doesNotExist();
    assertThat(postponed).isEmpty();
  }

  @Test
  void show_commandAsksForMoreTime_itIsPassedOn() throws Exception {
    hook("echo 'postpone 10m'; echo more", LONG);
    hook.show(KIOSK, notice("n"), postponed::add);
    await().atMost(LONG).until(() -> !postponed.isEmpty());
    assertThat(postponed).containsExactly(Duration.ofMinutes(10));
  }

  @Test
  @Tag("R111")
  void showStore_inStore_commandGetsTheLinkAndEndsNoNoticeOfARestart() throws Exception {
    hook(
        "env | grep LOCKSTEP_ | sort >> \"$1/begun\"\n"
            + "[ $LOCKSTEP_NOTICE != planned ] || { sleep 1; echo 'postpone 5s'; }",
        LONG);
    hook.show(KIOSK, notice("n"), postponed::add);
    await().atMost(LONG).until(() -> file("begun").contains("planned"));
    hook.showStore(
        KIOSK,
        Optional.of(
            new StoreNotice(
                "kiosk-ui", "1.0.0", "2.0.0", "1.8.0", "https://store.example/app?x=`y`", true)));
    await().atMost(LONG).until(() -> file("begun").contains("LOCKSTEP_TO_VERSION=2.0.0"));
    assertThat(postponed).as("the dialogue before was let to its end").hasSize(1);
    assertThat(file("begun").lines())
        .contains(
            "LOCKSTEP_NOTICE=in-store",
            "LOCKSTEP_STORE_LINK=https://store.example/app?x=`y`",
            "LOCKSTEP_MINIMUM_VERSION=1.8.0",
            "LOCKSTEP_TOO_OLD=true");
    hook.showStore(KIOSK, Optional.empty());
    await().atMost(LONG).until(() -> file("begun").contains("LOCKSTEP_NOTICE=not-in-store"));
  }

  @Test
  void show_commandFailsOrHangs_isEndedAndTheNextIsShown() throws Exception {
    hook(
        "echo x >> \"$1/begun\"\nif [ \"$LOCKSTEP_NOTICE_ID\" = hangs ]; then echo 'postpone 1h'; exec sleep 1000; fi\n"
            + "echo 'postpone 5s'; [ \"$LOCKSTEP_NOTICE_ID\" != fails ]",
        Duration.ofSeconds(2));
    hook.show(KIOSK, notice("hangs"), postponed::add);
    await().atMost(LONG).until(() -> file("begun").lines().count() == 1);
    hook.show(OTHER, notice("fails"), postponed::add);
    await().atMost(LONG).until(() -> file("begun").lines().count() == 2);
    hook.show(OTHER, notice("good"), postponed::add);
    await().atMost(LONG).until(() -> !postponed.isEmpty());
    assertThat(postponed).containsExactly(Duration.ofSeconds(5));
  }

  @Test
  void show_newerNoticeForTheSameFrontend_endsTheOlderAtOnce() throws Exception {
    hook(
        "echo \"$LOCKSTEP_NOTICE\" >> \"$1/begun\"; [ $LOCKSTEP_NOTICE = none ] || exec sleep 1000",
        Duration.ofMinutes(30));
    hook.show(KIOSK, notice("n"), postponed::add);
    await().atMost(LONG).until(() -> file("begun").contains("planned"));
    hook.show(KIOSK, Optional.empty(), postponed::add);
    await().atMost(LONG).until(() -> file("begun").contains("none"));
  }

  @Test
  void show_commandCannotBeStarted_isLoggedAndTheHookLives() throws Exception {
    hook = new CommandHook(List.of(folder.resolve("nothing").toString()), LONG, Clock.systemUTC());
    hook.show(KIOSK, notice("n"), postponed::add);
    hook.show(OTHER, Optional.empty(), postponed::add);
    assertThat(postponed).isEmpty();
  }
}
