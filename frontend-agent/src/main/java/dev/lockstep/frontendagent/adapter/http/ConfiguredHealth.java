package dev.lockstep.frontendagent.adapter.http;

import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.frontendagent.port.FrontendException;
import dev.lockstep.frontendagent.port.HealthView;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

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
  public boolean running(String component) {
    ComponentSettings known = settings.components().get(component);
    return known != null
        && switch (known.health().probe()) {
          case HTTP -> answers(component, known.health());
          case TCP -> connects(known.health());
          case COMMAND, PROCESS -> true;
        };
  }

  private boolean answers(String component, ComponentSettings.HealthSettings health) {
    try {
      return http.get(
              "ask " + component + " for its health", health.url().orElseThrow(), health.timeout())
          .isGood();
    } catch (FrontendException notRunning) {
      // That is the answer.
      return false;
    }
  }

  private static boolean connects(ComponentSettings.HealthSettings health) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(health.host(), health.port()), (int) health.timeout().toMillis());
      return true;
    } catch (IOException notRunning) {
      // That is the answer.
      return false;
    }
  }
}
