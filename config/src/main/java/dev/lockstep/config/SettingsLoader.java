package dev.lockstep.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Loads a settings file. What was loaded is complete and valid; anything else is a {@link
 * ConfigException} that names key, file, value and what is allowed.
 *
 * <p>Files are YAML in UTF-8, at most 1 MiB, without aliases. <code>${NAME}</code> in a value is
 * expanded from the environment. Relative paths are relative to the file's folder. Stateless; any
 * thread may call it.
 */
public final class SettingsLoader {
  private static final int MAX_COMPONENTS = 64;

  private SettingsLoader() {}

  /**
   * Loads all settings; placeholders are expanded from this process's environment.
   *
   * @throws ConfigException if any of it cannot be used
   */
  public static Settings load(Path file) {
    return load(file, System.getenv());
  }

  /**
   * Loads all settings.
   *
   * @param environment what <code>${NAME}</code> is expanded from
   * @throws ConfigException if any of it cannot be used
   */
  public static Settings load(Path file, Map<String, String> environment) {
    SectionReader root = open(file, environment);
    DeviceSettings device = device(root.child(Section.DEVICE));
    return new Settings(
        device,
        bus(root.child(Section.BUS)),
        source(root.child(Section.SOURCE)),
        update(root.child(Section.UPDATE), device),
        deployment(root.child(Section.DEPLOYMENT)),
        notice(root.child(Section.NOTICE)),
        lanCache(root.child(Section.LAN_CACHE)),
        components(root));
  }

  /**
   * Loads the settings of the bus alone, for tools that only talk. The file may have the other
   * sections too; their keys are not looked at.
   *
   * @throws ConfigException if any of it cannot be used
   */
  public static BusSettings loadBus(Path file) {
    return loadBus(file, System.getenv());
  }

  /**
   * Loads the settings of the bus alone.
   *
   * @param environment what <code>${NAME}</code> is expanded from
   * @throws ConfigException if any of it cannot be used
   */
  public static BusSettings loadBus(Path file, Map<String, String> environment) {
    return bus(open(file, environment).child(Section.BUS));
  }

  private static SectionReader open(Path file, Map<String, String> environment) {
    Path directory = file.toAbsolutePath().normalize().getParent();
    return new SectionReader(
        Section.ROOT,
        "",
        YamlDocument.read(file),
        YamlDocument.resource("defaults.yaml"),
        new Value.Origin(file, directory, environment));
  }

  private static DeviceSettings device(SectionReader device) {
    return new DeviceSettings(
        device.get(Keys.DEVICE_ID),
        device.get(Keys.DEVICE_ROOT),
        device.get(Keys.DEVICE_STATE),
        device.find(Keys.DEVICE_PLATFORM).orElseGet(SettingsLoader::platformOfThisMachine),
        device.get(Keys.DEVICE_PRIVILEGES),
        device.find(Keys.DEVICE_MODEL).or(ThisMachine.here()::model),
        device.find(Keys.DEVICE_MEMORY_MB).or(ThisMachine.here()::memoryMb),
        device.get(Keys.DEVICE_LABELS));
  }

  /** os/arch of this machine, in the words that releases use, e.g. linux/amd64. */
  public static String platformOfThisMachine() {
    return platform(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  /** The JVM's names for a machine as os/arch, in the words that releases use. */
  static String platform(String osName, String osArch) {
    String os = osName.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    String arch = osArch.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "");
    String system = os.startsWith("mac") ? "darwin" : os.startsWith("windows") ? "windows" : os;
    return switch (arch) {
      case "x86_64", "x64" -> system + "/amd64";
      case "aarch64" -> system + "/arm64";
      default -> system + '/' + arch;
    };
  }

  private static BusSettings bus(SectionReader bus) {
    BusSettings.Broker broker = bus.get(Keys.BUS_BROKER);
    BusSettings.Security security = bus.get(Keys.BUS_SECURITY);
    if (security == BusSettings.Security.CURVE) {
      bus.require(Keys.BUS_KEY_FILE, ", and bus.security is curve");
      bus.require(Keys.BUS_BROKER_KEY_FILE, ", and bus.security is curve");
      if (broker == BusSettings.Broker.EMBEDDED) {
        bus.require(Keys.BUS_BROKER_SECRET_KEY_FILE, ", and bus.broker is embedded");
        bus.require(Keys.BUS_AUTHORIZED_KEYS, ", and bus.broker is embedded");
      }
    } else {
      requireLocal(bus, Keys.BUS_PUBLISH_ADDRESS);
      requireLocal(bus, Keys.BUS_SUBSCRIBE_ADDRESS);
    }
    return new BusSettings(
        broker,
        bus.get(Keys.BUS_PUBLISH_ADDRESS),
        bus.get(Keys.BUS_SUBSCRIBE_ADDRESS),
        security,
        bus.find(Keys.BUS_KEY_FILE),
        bus.find(Keys.BUS_BROKER_KEY_FILE),
        bus.find(Keys.BUS_BROKER_SECRET_KEY_FILE),
        bus.find(Keys.BUS_AUTHORIZED_KEYS),
        bus.find(Keys.BUS_PAIRING_ADDRESS),
        bus.get(Keys.BUS_MAX_MESSAGE_SIZE),
        bus.find(Keys.BUS_NOTIFICATION_TOPIC));
  }

  private static void requireLocal(SectionReader bus, Key<String> key) {
    String address = bus.get(key);
    // A numeric 127.x address only: "127.example.org" is a name that may be anywhere.
    if (!address.matches("(ipc|inproc)://.*|tcp://(127(\\.\\d+){3}|localhost|\\[::1]):\\d+")) {
      throw bus.refused(
          key,
          "an address of this machine such as tcp://127.0.0.1:5555, or set"
              + " bus.security: curve");
    }
  }

  private static SourceSettings source(SectionReader source) {
    boolean plain = source.get(Keys.SOURCE_ALLOW_PLAIN_HTTP);
    URI metadata = source.get(Keys.SOURCE_METADATA_URL);
    URI content =
        source.find(Keys.SOURCE_CONTENT_URL).orElseGet(() -> metadata.resolve("../targets/"));
    List<URI> metadataMirrors = source.get(Keys.SOURCE_METADATA_MIRRORS);
    List<URI> contentMirrors =
        source
            .find(Keys.SOURCE_CONTENT_MIRRORS)
            .orElseGet(
                () ->
                    metadataMirrors.stream().map(mirror -> mirror.resolve("../targets/")).toList());
    requireHttps(source, Keys.SOURCE_METADATA_URL, metadata, plain);
    requireHttps(source, Keys.SOURCE_CONTENT_URL, content, plain);
    metadataMirrors.forEach(
        mirror -> requireHttps(source, Keys.SOURCE_METADATA_MIRRORS, mirror, plain));
    contentMirrors.forEach(
        mirror -> requireHttps(source, Keys.SOURCE_CONTENT_MIRRORS, mirror, plain));
    SourceSettings.Via via = source.get(Keys.SOURCE_VIA);
    Optional<URI> hub = source.find(Keys.SOURCE_HUB_URL);
    if (via != SourceSettings.Via.DIRECT) {
      source.require(
          Keys.SOURCE_HUB_URL, ", and source.via is " + via.name().toLowerCase(Locale.ROOT));
    }
    hub.ifPresent(url -> requireHttps(source, Keys.SOURCE_HUB_URL, url, plain));
    Path root = source.get(Keys.SOURCE_ROOT_FILE);
    return new SourceSettings(metadata, content, root, plain, hub, via)
        .withMirrors(metadataMirrors, contentMirrors);
  }

  private static void requireHttps(SectionReader source, Key<?> key, URI url, boolean plain) {
    if (!plain && !"https".equals(url.getScheme())) {
      throw source.refused(key, "an https URL, or set source.allow_plain_http: true to allow http");
    }
  }

  private static UpdateSettings update(SectionReader update, DeviceSettings device) {
    return new UpdateSettings(
        update.get(Keys.UPDATE_CHECK_INTERVAL),
        update.get(Keys.UPDATE_AUTO_DOWNLOAD),
        update.get(Keys.UPDATE_AUTO_INSTALL),
        update.get(Keys.UPDATE_CRITICAL_INSTALL),
        update.get(Keys.UPDATE_NOTIFY_AVAILABLE),
        update.get(Keys.UPDATE_PREFERRED_TIME),
        update.find(Keys.UPDATE_TIME_ZONE).orElseGet(ZoneId::systemDefault),
        update.get(Keys.UPDATE_CHANNEL),
        update.get(Keys.UPDATE_DOWNLOAD_TIMEOUT),
        update.get(Keys.UPDATE_MAX_RETRIES),
        update.get(Keys.UPDATE_RETRY_DELAY),
        update.get(Keys.UPDATE_BACKUP_ENABLED),
        update.find(Keys.UPDATE_BACKUP_PATH).orElseGet(() -> device.state().resolve("backups")),
        update.get(Keys.UPDATE_MAX_BACKUPS),
        update.get(Keys.UPDATE_PREPARE_DEADLINE),
        update.get(Keys.UPDATE_PREPARE_NO_ANSWER),
        update.get(Keys.UPDATE_DRAIN_DEADLINE),
        update.get(Keys.UPDATE_RESTART_NOTICE),
        update.get(Keys.UPDATE_HEARTBEAT),
        update.get(Keys.UPDATE_STAGE_DEADLINE),
        update.get(Keys.UPDATE_INSTALL_DEADLINE));
  }

  private static DeploymentSettings deployment(SectionReader deployment) {
    return new DeploymentSettings(
        deployment.get(Keys.DEPLOYMENT_MAX_PARALLEL),
        deployment.get(Keys.DEPLOYMENT_CANARY),
        deployment.get(Keys.DEPLOYMENT_FRONTEND_FAILURE),
        deployment.get(Keys.DEPLOYMENT_OFFLINE_WAIT),
        deployment.get(Keys.DEPLOYMENT_ANSWER_DEADLINE),
        deployment.get(Keys.DEPLOYMENT_FORGET_AFTER),
        deployment.get(Keys.DEPLOYMENT_MAX_DEFERRALS),
        deployment.get(Keys.DEPLOYMENT_MAX_DEFERRAL_TIME),
        deployment.get(Keys.DEPLOYMENT_CRITICAL_MAX_DEFERRALS),
        deployment.get(Keys.DEPLOYMENT_CRITICAL_MAX_DEFERRAL_TIME));
  }

  private static NoticeSettings notice(SectionReader notice) {
    return new NoticeSettings(
        notice.get(Keys.NOTICE_HOOK),
        notice.get(Keys.NOTICE_HOOK_TIMEOUT),
        notice.get(Keys.NOTICE_MAX_POSTPONES),
        notice.get(Keys.NOTICE_MAX_POSTPONE_TIME));
  }

  private static LanCacheSettings lanCache(SectionReader cache) {
    return new LanCacheSettings(
        cache.find(Keys.LAN_CACHE_LISTEN), cache.get(Keys.LAN_CACHE_MAX_MEGABYTES));
  }

  private static Map<String, ComponentSettings> components(SectionReader root) {
    Map<String, ComponentSettings> components = new LinkedHashMap<>();
    root.named("components", Section.COMPONENT, Keys.ID_FORMAT, MAX_COMPONENTS)
        .forEach((id, section) -> components.put(id, ComponentReader.read(id, section)));
    return Collections.unmodifiableMap(components);
  }
}
