package dev.lockstep.frontendagent.adapter.http;

import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.frontendagent.port.FrontendException;
import dev.lockstep.frontendagent.port.HealthView;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Optional;

/**
 * Asks as the component's health check is configured, by HTTP or TCP. Of a component that is
 * checked in another way the agent knows nothing, and counts it as running.
 */
public final class ConfiguredHealth implements HealthView {
  private final Settings settings;
  private final LocalHttp http = new LocalHttp();

  /** Uses the components' health settings. */
  public ConfiguredHealth(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Optional<String> trouble(String component) {
    ComponentSettings known = settings.components().get(component);
    if (known == null) {
      return Optional.of("is not in the settings of this device");
    }
    return switch (known.health().probe()) {
      case HTTP -> answers(component, known.health());
      case TCP -> connects(known.health());
      case COMMAND, BUS, PROCESS -> Optional.empty();
    };
  }

  private Optional<String> answers(String component, ComponentSettings.HealthSettings health) {
    URI url = health.url().orElseThrow();
    try {
      LocalHttp.Answer answer =
          http.get("ask " + component + " for its health", url, health.timeout());
      return answer.isGood() ? Optional.empty() : Optional.of("answered " + answer.status());
    } catch (FrontendException notRunning) {
      // That is the answer.
      return Optional.of("did not answer " + url);
    }
  }

  private static Optional<String> connects(ComponentSettings.HealthSettings health) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(health.host(), health.port()), (int) health.timeout().toMillis());
      return Optional.empty();
    } catch (IOException notRunning) {
      // That is the answer.
      return Optional.of("took no connection at " + health.host() + ":" + health.port());
    }
  }
}
