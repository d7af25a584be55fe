package dev.lockstep.config;

import static dev.lockstep.config.Durations.Unit.HOURS;
import static dev.lockstep.config.Durations.Unit.SECONDS;
import static dev.lockstep.config.Formats.address;
import static dev.lockstep.config.Formats.choice;
import static dev.lockstep.config.Formats.command;
import static dev.lockstep.config.Formats.duration;
import static dev.lockstep.config.Formats.flag;
import static dev.lockstep.config.Formats.folderUrl;
import static dev.lockstep.config.Formats.folderUrls;
import static dev.lockstep.config.Formats.insidePaths;
import static dev.lockstep.config.Formats.labels;
import static dev.lockstep.config.Formats.listenAddress;
import static dev.lockstep.config.Formats.number;
import static dev.lockstep.config.Formats.packages;
import static dev.lockstep.config.Formats.path;
import static dev.lockstep.config.Formats.text;
import static dev.lockstep.config.Formats.time;
import static dev.lockstep.config.Formats.url;
import static dev.lockstep.config.Formats.variables;
import static dev.lockstep.config.Formats.zone;

import dev.lockstep.config.BusSettings.Broker;
import dev.lockstep.config.BusSettings.Security;
import dev.lockstep.config.ComponentSettings.Announce;
import dev.lockstep.config.ComponentSettings.Control;
import dev.lockstep.config.ComponentSettings.Kind;
import dev.lockstep.config.ComponentSettings.Probe;
import dev.lockstep.config.DeploymentSettings.FrontendFailure;
import dev.lockstep.config.DeviceSettings.Privileges;
import dev.lockstep.config.SourceSettings.Via;
import dev.lockstep.config.UpdateSettings.Channel;
import dev.lockstep.config.UpdateSettings.NoAnswer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The table of all keys: where each stands, what may be written, whether it has to be, what for.
 * Values that hold by default are in defaults.yaml. The reader, its errors and
 * docs/configuration.md all come from this table.
 */
final class Keys {
  /** Placeholders that a component's command and environment keep for atomic-updates. */
  static final Set<String> COMPONENT_PLACEHOLDERS = Set.of("root", "release", "data");

  private static final String ID = "[a-z0-9][a-z0-9._-]{0,63}";
  private static final String UNIT = "[A-Za-z0-9][A-Za-z0-9:_.@-]{0,120}\\.service";

  /** What a component's or a device's id looks like. */
  static final Format<String> ID_FORMAT =
      text("1 to 64 lower-case letters, digits, '.', '_' or '-', a letter or digit first", ID);

  private static final List<Key<?>> ALL = new ArrayList<>();

  // spotless:off
  static final Key<String> DEVICE_ID = mandatory(Section.DEVICE, "id", ID_FORMAT, "Unique among the devices of the app.");
  static final Key<Path> DEVICE_ROOT = mandatory(Section.DEVICE, "root", path(), "Folder of the components: `<root>/<component>/releases/<version>`.");
  static final Key<Path> DEVICE_STATE = mandatory(Section.DEVICE, "state", path(), "Folder of Lockstep's own state: journals, TUF metadata, downloads. On persistent storage, owned by the user that Lockstep runs as.");
  static final Key<String> DEVICE_PLATFORM = optional(Section.DEVICE, "platform", text("os/arch such as linux/amd64", "[a-z0-9]{1,16}/[a-z0-9_]{1,16}"), "this machine's", "Which releases fit this device.");
  static final Key<Privileges> DEVICE_PRIVILEGES = defaulted(Section.DEVICE, "privileges", choice(Privileges.class), "How units of components with `control: systemd` are started and stopped: by the one command that the sudoers file allows, by systemctl as the polkit rule allows, or by the root helper.");
  static final Key<String> DEVICE_MODEL = optional(Section.DEVICE, "model", text("1 to 200 characters", "[^\\p{Cntrl}]{1,200}"), "what the device tree or the firmware says", "What hardware this is, for releases that are limited to or blocked for some hardware. It never leaves the device.");
  static final Key<Integer> DEVICE_MEMORY_MB = optional(Section.DEVICE, "memory_mb", number(1, 999_999_999), "this machine's", "Megabytes of main memory, for the same purpose.");
  static final Key<Map<String, String>> DEVICE_LABELS = defaulted(Section.DEVICE, "labels", labels(), "What else releases may be limited to or blocked for, in words of your own. They never leave the device either.");

  static final Key<Broker> BUS_BROKER = defaulted(Section.BUS, "broker", choice(Broker.class), "Who runs the broker: this process, or another process or machine.");
  static final Key<String> BUS_PUBLISH_ADDRESS = defaulted(Section.BUS, "publish_address", address(), "Where publishers connect (the broker's XSUB).");
  static final Key<String> BUS_SUBSCRIBE_ADDRESS = defaulted(Section.BUS, "subscribe_address", address(), "Where subscribers connect (the broker's XPUB).");
  static final Key<Security> BUS_SECURITY = defaulted(Section.BUS, "security", choice(Security.class), "How connections are protected: encrypted and known by their keys, or not at all; plain is for loopback and ipc only.");
  static final Key<Path> BUS_KEY_FILE = optional(Section.BUS, "key_file", path(), "mandatory with `bus.security: curve`", "This process's own ZeroMQ certificate with its secret key.");
  static final Key<Path> BUS_BROKER_KEY_FILE = optional(Section.BUS, "broker_key_file", path(), "mandatory with `bus.security: curve`", "The broker's public certificate.");
  static final Key<Path> BUS_BROKER_SECRET_KEY_FILE = optional(Section.BUS, "broker_secret_key_file", path(), "mandatory with `bus.security: curve` and `bus.broker: embedded`", "The broker's certificate with its secret key.");
  static final Key<Path> BUS_AUTHORIZED_KEYS = optional(Section.BUS, "authorized_keys", path(), "mandatory with `bus.security: curve` and `bus.broker: embedded`", "Folder of the public certificates that may connect.");
  static final Key<String> BUS_PAIRING_ADDRESS = optional(Section.BUS, "pairing_address", address(), "no pairing", "Where new devices ask to be let in (`lockstep agent --pair`): the hub's process with the broker listens there, devices connect there.");
  static final Key<Integer> BUS_MAX_MESSAGE_SIZE = defaulted(Section.BUS, "max_message_size", number(65_536, 67_108_864), "Bytes; larger messages are refused.");
  static final Key<String> BUS_NOTIFICATION_TOPIC = optional(Section.BUS, "notification_topic", text("a topic outside update/ such as ui/notification", "(?!update(/|$))[a-z0-9][a-z0-9_-]*(/[a-z0-9_-]+)*"), "none", "A topic of the host's own on which its users are told of an available update too, once per version, with the message of update/available.");

  static final Key<URI> SOURCE_METADATA_URL = mandatory(Section.SOURCE, "metadata_url", folderUrl(), "Where the TUF metadata is.");
  static final Key<URI> SOURCE_CONTENT_URL = optional(Section.SOURCE, "content_url", folderUrl(), "`targets/` beside the metadata", "Where the targets are.");
  static final Key<List<URI>> SOURCE_METADATA_MIRRORS = defaulted(Section.SOURCE, "metadata_mirrors", folderUrls(), "Further places of the same metadata, asked in this order when one before does not answer or is not to be trusted.");
  static final Key<List<URI>> SOURCE_CONTENT_MIRRORS = optional(Section.SOURCE, "content_mirrors", folderUrls(), "`targets/` beside each of the metadata mirrors", "Further places of the same targets, asked in this order when one before does not answer.");
  static final Key<Path> SOURCE_ROOT_FILE = mandatory(Section.SOURCE, "root_file", path(), "The TUF root that this device trusts from the start.");
  static final Key<Boolean> SOURCE_ALLOW_PLAIN_HTTP = defaulted(Section.SOURCE, "allow_plain_http", flag(), "Whether URLs may be http, not only https.");

  static final Key<URI> SOURCE_HUB_URL = optional(Section.SOURCE, "hub_url", folderUrl(), "mandatory where `source.via` names the hub", "The hub's cache of the same repository (its `lan_cache.listen`), such as http://hub:8765/.");
  static final Key<Via> SOURCE_VIA = defaulted(Section.SOURCE, "via", choice(Via.class), "Where this device asks: the repository, or the hub's cache, or first one and where that fails the other. What comes is verified in any case.");

  static final Key<Duration> UPDATE_CHECK_INTERVAL = defaulted(Section.UPDATE, "check_interval", duration("60s", "365d", HOURS), "Time between two scheduled checks.");
  static final Key<Boolean> UPDATE_AUTO_DOWNLOAD = defaulted(Section.UPDATE, "auto_download", flag(), "Download without being asked.");
  static final Key<Boolean> UPDATE_AUTO_INSTALL = defaulted(Section.UPDATE, "auto_install", flag(), "Install without being asked, at the preferred time.");
  static final Key<Boolean> UPDATE_CRITICAL_INSTALL = defaulted(Section.UPDATE, "critical_install", flag(), "Install critical releases at the next opportunity.");
  static final Key<Boolean> UPDATE_NOTIFY_AVAILABLE = defaulted(Section.UPDATE, "notify_available", flag(), "Tell people about a new version, once.");
  static final Key<LocalTime> UPDATE_PREFERRED_TIME = defaulted(Section.UPDATE, "preferred_time", time(), "When automatic installs run, once a day.");
  static final Key<ZoneId> UPDATE_TIME_ZONE = optional(Section.UPDATE, "time_zone", zone(), "this machine's", "Whose clock the preferred time is.");
  static final Key<Channel> UPDATE_CHANNEL = defaulted(Section.UPDATE, "channel", choice(Channel.class), "Which releases are offered.");
  static final Key<Duration> UPDATE_DOWNLOAD_TIMEOUT = defaulted(Section.UPDATE, "download_timeout", duration("1s", "1h", SECONDS), "How long connecting, or silence within a download, may last.");
  static final Key<Integer> UPDATE_MAX_RETRIES = defaulted(Section.UPDATE, "max_retries", number(0, 100), "Further tries after the first.");
  static final Key<Duration> UPDATE_RETRY_DELAY = defaulted(Section.UPDATE, "retry_delay", duration("0s", "1h", SECONDS), "Time between two tries.");
  static final Key<Boolean> UPDATE_BACKUP_ENABLED = defaulted(Section.UPDATE, "backup_enabled", flag(), "Back up a component's data before an install. Without it a revert brings the old version back, not the old data.");
  static final Key<Path> UPDATE_BACKUP_PATH = optional(Section.UPDATE, "backup_path", path(), "`backups` in `device.state`", "Where backups go.");
  static final Key<Integer> UPDATE_MAX_BACKUPS = defaulted(Section.UPDATE, "max_backups", number(1, 1000), "How many backups are kept per component.");
  static final Key<Duration> UPDATE_PREPARE_DEADLINE = defaulted(Section.UPDATE, "prepare_deadline", duration("100ms", "1h", SECONDS), "How long components may take to answer prepare.");
  static final Key<NoAnswer> UPDATE_PREPARE_NO_ANSWER = defaulted(Section.UPDATE, "prepare_no_answer", choice(NoAnswer.class), "What it means when a component does not answer prepare in time: go on without it, or not now.");
  static final Key<Duration> UPDATE_DRAIN_DEADLINE = defaulted(Section.UPDATE, "drain_deadline", duration("100ms", "1h", SECONDS), "How long components may take to drain.");
  static final Key<Duration> UPDATE_RESTART_NOTICE = defaulted(Section.UPDATE, "restart_notice", duration("0s", "24h", SECONDS), "Time between the announcement of a restart and the restart.");
  static final Key<Duration> UPDATE_HEARTBEAT = defaulted(Section.UPDATE, "heartbeat", duration("1s", "1h", SECONDS), "How often components announce themselves.");
  static final Key<Duration> UPDATE_STAGE_DEADLINE = defaulted(Section.UPDATE, "stage_deadline", duration("1s", "30d", SECONDS), "How long a deployment waits until all devices have staged.");
  static final Key<Duration> UPDATE_INSTALL_DEADLINE = defaulted(Section.UPDATE, "install_deadline", duration("1s", "24h", SECONDS), "How long a deployment waits for the install on one device.");

  static final Key<Integer> DEPLOYMENT_MAX_PARALLEL = defaulted(Section.DEPLOYMENT, "max_parallel", number(1, 20_000), "How many frontends are installed at the same time; on one device it is always one.");
  static final Key<Integer> DEPLOYMENT_CANARY = defaulted(Section.DEPLOYMENT, "canary", number(0, 20_000), "How many of each frontend component have to be committed before its others begin; where they fail, the others are left alone. 0 means that all begin at once.");
  static final Key<FrontendFailure> DEPLOYMENT_FRONTEND_FAILURE = defaulted(Section.DEPLOYMENT, "frontend_failure", choice(FrontendFailure.class), "What follows where a frontend cannot be brought to its new version: it keeps its old one as long as that fits the new backend (otherwise everything goes back), or everything goes back in any case, in reverse order.");
  static final Key<Duration> DEPLOYMENT_OFFLINE_WAIT = defaulted(Section.DEPLOYMENT, "offline_wait", duration("0s", "30d", SECONDS), "How long a frontend that is away, and whose version would not fit, is waited for before people are asked. One that still fits is not waited for: it catches up when it returns.");
  static final Key<Duration> DEPLOYMENT_ANSWER_DEADLINE = defaulted(Section.DEPLOYMENT, "answer_deadline", duration("1s", "30d", SECONDS), "How long people may take to answer that; then the deployment is given up.");
  static final Key<Duration> DEPLOYMENT_FORGET_AFTER = defaulted(Section.DEPLOYMENT, "forget_after", duration("1h", "3650d", SECONDS), "Silence after which a component on a device is no longer part of the app.");
  static final Key<Integer> DEPLOYMENT_MAX_DEFERRALS = defaulted(Section.DEPLOYMENT, "max_deferrals", number(0, 1000), "How often components may put one update off by their answer to prepare.");
  static final Key<Duration> DEPLOYMENT_MAX_DEFERRAL_TIME = defaulted(Section.DEPLOYMENT, "max_deferral_time", duration("0s", "30d", SECONDS), "From the first \"not now\" until an update is put off no longer.");
  static final Key<Integer> DEPLOYMENT_CRITICAL_MAX_DEFERRALS = defaulted(Section.DEPLOYMENT, "critical_max_deferrals", number(0, 1000), "How often components may put a critical update off.");
  static final Key<Duration> DEPLOYMENT_CRITICAL_MAX_DEFERRAL_TIME = defaulted(Section.DEPLOYMENT, "critical_max_deferral_time", duration("0s", "30d", SECONDS), "From the first \"not now\" until a critical update is put off no longer.");

  static final Key<List<String>> NOTICE_HOOK = defaulted(Section.NOTICE, "hook", command(Set.of()), "Command that shows a planned restart on this device, without a shell; the notice is in its environment (docs/integrate.md). An empty list means none.");
  static final Key<Duration> NOTICE_HOOK_TIMEOUT = defaulted(Section.NOTICE, "hook_timeout", duration("100ms", "24h", SECONDS), "How long that may take, which includes the time that people think.");
  static final Key<Integer> NOTICE_MAX_POSTPONES = defaulted(Section.NOTICE, "max_postpones", number(0, 1000), "How often a planned install may be postponed.");
  static final Key<Duration> NOTICE_MAX_POSTPONE_TIME = defaulted(Section.NOTICE, "max_postpone_time", duration("0s", "365d", SECONDS), "By how much a planned install may be postponed in total.");

  static final Key<InetSocketAddress> LAN_CACHE_LISTEN = optional(Section.LAN_CACHE, "listen", listenAddress(), "there is no cache", "Where the hub serves its cache of the repository to devices without internet.");
  static final Key<Integer> LAN_CACHE_MAX_MEGABYTES = defaulted(Section.LAN_CACHE, "max_megabytes", number(1, 1_048_576), "How much the cache keeps on the disk; what was not asked for the longest goes first.");

  static final Key<ComponentSettings.Role> COMPONENT_ROLE = mandatory(Section.COMPONENT, "role", choice(ComponentSettings.Role.class), "Its place in the order: a backend is installed first, frontends after it is confirmed, modules with the backend.");
  static final Key<Announce> COMPONENT_ANNOUNCE = optional(Section.COMPONENT, "announce", choice(Announce.class), "`agent` for a frontend, `updater` for others", "Who announces it on the bus: atomic-updates, the frontend-agent beside it, or the component itself.");
  static final Key<Kind> COMPONENT_KIND = defaulted(Section.COMPONENT, "kind", choice(Kind.class), "What an install changes: the tree of the release, or packages of the distribution as well, which the root helper upgrades and nobody can bring back.");
  static final Key<List<String>> COMPONENT_PACKAGES = defaulted(Section.COMPONENT, "packages", packages(), "With `kind: packages`, the packages that an install upgrades. Root has to allow each of them in /etc/lockstep/packages.");
  static final Key<List<String>> COMPONENT_BACKUP_PATHS = defaulted(Section.COMPONENT, "backup_paths", insidePaths(), "What to back up, relative to the component's folder.");
  static final Key<List<String>> COMPONENT_MIGRATE = defaulted(Section.COMPONENT, "migrate", command(COMPONENT_PLACEHOLDERS), "Command to run after activation; a program with a slash is looked up in the new release. An empty list means none.");
  static final Key<Duration> COMPONENT_MIGRATE_DEADLINE = defaulted(Section.COMPONENT, "migrate_deadline", duration("1s", "24h", SECONDS), "How long that may take.");
  static final Key<Path> COMPONENT_VERSION_FILE = optional(Section.COMPONENT, "version_file", path(), "`current/VERSION` of the component", "Where the version of a component that Lockstep does not install is read from: a VERSION file or an os-release style file.");

  static final Key<Control> PROCESS_CONTROL = defaulted(Section.PROCESS, "control", choice(Control.class), "Who starts it: Lockstep supervises it as a child; Lockstep has systemd start and stop its unit; it is Lockstep itself, started by its launcher; or somebody else does.");
  static final Key<List<String>> PROCESS_COMMAND = defaulted(Section.PROCESS, "command", command(COMPONENT_PLACEHOLDERS), "Program and arguments, mandatory where supervised. A program with a slash that is not absolute is looked up in the active release.");
  static final Key<Map<String, String>> PROCESS_ENVIRONMENT = defaulted(Section.PROCESS, "environment", variables(COMPONENT_PLACEHOLDERS), "Added to an otherwise minimal environment.");
  static final Key<Duration> PROCESS_STOP_TIMEOUT = defaulted(Section.PROCESS, "stop_timeout", duration("0s", "1h", SECONDS), "Time between SIGTERM and SIGKILL.");
  static final Key<String> PROCESS_UNIT = optional(Section.PROCESS, "unit", text("the name of a systemd service such as backend.service", UNIT), "mandatory with `control: systemd`", "The unit of a component under systemd. It has to be among the units that the administrator allowed.");

  static final Key<Probe> HEALTH_PROBE = defaulted(Section.HEALTH, "probe", choice(Probe.class), "What is asked: a URL (any 2xx is healthy), a TCP connection, a command (exit 0 is healthy, exit 75 means that it cannot answer yet), what the component says of itself on the bus (with `announce: component`), or only whether the process lives.");
  static final Key<URI> HEALTH_URL = optional(Section.HEALTH, "url", url(), "mandatory with `probe: http`", "What an http probe asks.");
  static final Key<String> HEALTH_HOST = defaulted(Section.HEALTH, "host", text("a host name or an IP address", "[A-Za-z0-9.:_-]{1,253}"), "Where a tcp probe connects.");
  static final Key<Integer> HEALTH_PORT = optional(Section.HEALTH, "port", number(1, 65_535), "mandatory with `probe: tcp`", "Where a tcp probe connects.");
  static final Key<List<String>> HEALTH_COMMAND = defaulted(Section.HEALTH, "command", command(COMPONENT_PLACEHOLDERS), "What a command probe runs; mandatory with `probe: command`.");
  static final Key<Duration> HEALTH_INTERVAL = defaulted(Section.HEALTH, "interval", duration("10ms", "10m", SECONDS), "Time between two probes.");
  static final Key<Duration> HEALTH_TIMEOUT = defaulted(Section.HEALTH, "timeout", duration("10ms", "10m", SECONDS), "How long one probe may take.");
  static final Key<Integer> HEALTH_SUCCESSES = defaulted(Section.HEALTH, "successes", number(1, 100), "Healthy answers in a row that are needed.");
  static final Key<Duration> HEALTH_DEADLINE = defaulted(Section.HEALTH, "deadline", duration("100ms", "24h", SECONDS), "From its first answer until it has to be healthy; from the start where there is no `start_deadline`.");
  static final Key<Duration> HEALTH_START_DEADLINE = optional(Section.HEALTH, "start_deadline", duration("100ms", "24h", SECONDS), "`deadline` counts from the start", "From the start until its first answer, whatever that says, as long as its process lives: a slow start is no failure, and one that answers and is not healthy is still found within `deadline`.");
  static final Key<Duration> HEALTH_WINDOW = defaulted(Section.HEALTH, "window", duration("0s", "24h", SECONDS), "Time after that in which a crash still counts.");

  static final Key<List<String>> BACKUP_HOOKS_BEFORE = defaulted(Section.BACKUP_HOOKS, "before", command(COMPONENT_PLACEHOLDERS), "Command to run before the data are copied, without a shell, such as a database's own dump or its freeze; where it fails, nothing is installed. A program with a slash is looked up in the release that is still active. An empty list means none.");
  static final Key<Duration> BACKUP_HOOKS_BEFORE_TIMEOUT = defaulted(Section.BACKUP_HOOKS, "before_timeout", duration("100ms", "24h", SECONDS), "How long that may take.");
  static final Key<List<String>> BACKUP_HOOKS_AFTER = defaulted(Section.BACKUP_HOOKS, "after", command(COMPONENT_PLACEHOLDERS), "Command to run after the copy, such as the thaw; also where the command before it or the copy failed, and after Lockstep was killed in between. It may run more than once.");
  static final Key<Duration> BACKUP_HOOKS_AFTER_TIMEOUT = defaulted(Section.BACKUP_HOOKS, "after_timeout", duration("100ms", "24h", SECONDS), "How long that may take.");
  static final Key<Boolean> BACKUP_HOOKS_WHILE_RUNNING = defaulted(Section.BACKUP_HOOKS, "while_running", flag(), "Whether the component goes on running until the data are copied, because `before` makes the copy consistent; it is stopped after `after`. What it writes between `after` and its stop is lost where the install is reverted. Otherwise it is stopped before `before`.");
  // spotless:on

  private Keys() {}

  /** Every key, in the order of the documentation. */
  static List<Key<?>> all() {
    return Collections.unmodifiableList(ALL);
  }

  /** The keys of one section. */
  static List<Key<?>> of(Section section) {
    return ALL.stream().filter(key -> key.section() == section).toList();
  }

  private static <T> Key<T> mandatory(Section section, String name, Format<T> format, String why) {
    return add(new Key<>(section, name, format, Key.Presence.MANDATORY, "", why));
  }

  private static <T> Key<T> defaulted(Section section, String name, Format<T> format, String why) {
    return add(new Key<>(section, name, format, Key.Presence.DEFAULTED, "", why));
  }

  private static <T> Key<T> optional(
      Section section, String name, Format<T> format, String otherwise, String why) {
    return add(new Key<>(section, name, format, Key.Presence.OPTIONAL, otherwise, why));
  }

  private static <T> Key<T> add(Key<T> key) {
    ALL.add(key);
    return key;
  }
}
