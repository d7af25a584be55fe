package dev.lockstep.app.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Software that nobody here wrote: Apache Tomcat as the backend, swagger-ui as the frontend, each
 * in two consecutive releases exactly as their makers published them. The bad release is a Tomcat
 * whose conf/server.xml ends in the middle.
 *
 * <p>Each device has a folder {@code data/base} (Tomcat's CATALINA_BASE): the active release's own
 * configuration with this device's ports, and one application whose files are the device's data.
 */
final class TomcatDemoApp implements DemoApp {
  private static final String OLD_TOMCAT = "10.1.30";
  private static final String NEW_TOMCAT = "10.1.31";
  private static final String BAD_TOMCAT = "10.1.32";
  private static final String OLD_PAGE = "5.17.14";
  private static final String NEW_PAGE = "5.18.2";
  private static final String API = "servlet-api";
  private static final Pattern TOMCAT_VERSION =
      Pattern.compile("Apache Tomcat/(\\d+\\.\\d+\\.\\d+)");
  private static final Pattern PAGE_VERSION = Pattern.compile("PACKAGE_VERSION:\"([^\"]+)\"");

  private final Path library;
  private final Path home;
  private int orders;

  /**
   * Names what the devices bring themselves.
   *
   * @param library the sample's jar, for the local web server of a kiosk
   * @param home the source tree, whose Maven wrapper fetches the published archives
   */
  TomcatDemoApp(Path library, Path home) {
    this.library = library;
    this.home = home;
  }

  @Override
  public String backend() {
    return "tomcat";
  }

  @Override
  public String frontend() {
    return "swagger-ui";
  }

  @Override
  public List<DemoRelease> releases(Act act, Path workshop) throws IOException {
    return switch (act) {
      case INITIAL -> List.of(tomcat(OLD_TOMCAT, workshop), page(OLD_PAGE, workshop));
      case UPDATE -> List.of(tomcat(NEW_TOMCAT, workshop), page(NEW_PAGE, workshop));
      case BAD -> List.of(badTomcat(workshop));
    };
  }

  private DemoRelease tomcat(String version, Path workshop) throws IOException {
    Path archive = fetch("org.apache.tomcat:tomcat:" + version + ":tar.gz", workshop);
    return new DemoRelease(
        backend(),
        version,
        archive,
        "apache-tomcat-" + version,
        Map.of(API, "6.0.0"),
        Map.of(),
        "Apache Tomcat " + version + " as published.");
  }

  private DemoRelease page(String version, Path workshop) throws IOException {
    Path archive = fetch("org.webjars:swagger-ui:" + version + ":jar", workshop);
    return new DemoRelease(
        frontend(),
        version,
        archive,
        "META-INF/resources/webjars/swagger-ui/" + version,
        Map.of(),
        Map.of(API, ">=6.0.0 <7.0.0"),
        "swagger-ui " + version + " as published.");
  }

  private DemoRelease badTomcat(Path workshop) throws IOException {
    Path archive = fetch("org.apache.tomcat:tomcat:" + NEW_TOMCAT + ":tar.gz", workshop);
    Path tree = Files.createDirectories(workshop.resolve("tomcat-" + BAD_TOMCAT));
    run(workshop, "tar", "-xzf", archive.toString(), "-C", tree.toString(), "--strip-components=1");
    Path server = tree.resolve("conf/server.xml");
    String text = Files.readString(server);
    Files.writeString(server, text.substring(0, text.indexOf("<Engine")));
    return new DemoRelease(
        backend(),
        BAD_TOMCAT,
        tree,
        "",
        Map.of(API, "6.0.0"),
        Map.of(),
        "A Tomcat whose conf/server.xml ends in the middle.");
  }

  /** By Maven, so that its own settings and its own cache apply. */
  private Path fetch(String artifact, Path workshop) throws IOException {
    String[] parts = artifact.split(":");
    Path file = workshop.resolve(parts[1] + "-" + parts[2] + "." + parts[3]);
    if (!Files.exists(file)) {
      run(
          home,
          home.resolve("mvnw").toString(),
          "-q",
          "-B",
          "-N",
          "dependency:copy",
          "-Dartifact=" + artifact,
          "-DoutputDirectory=" + workshop);
    }
    return file;
  }

  private static void run(Path folder, String... command) throws IOException {
    Path output = Files.createTempFile("fetch", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException("cannot run " + command[0] + ": it took longer than 5 minutes");
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            "cannot run %s: %s".formatted(String.join(" ", command), Files.readString(output)));
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("stopped while " + command[0] + " ran", stopped);
    } finally {
      Files.delete(output);
    }
  }

  @Override
  public String backendSettings(DemoDevice device) throws IOException {
    Path start = device.folder().resolve("start-tomcat.sh");
    Files.writeString(
        start,
        """
        #!/bin/sh
        # The active release's own configuration with this device's ports, then Tomcat's own start.
        set -eu
        base=$DATA/base
        mkdir -p "$base/logs" "$base/temp" "$base/work" "$base/webapps/shop"
        echo open > "$base/webapps/shop/open.txt"
        ln -sfn "$RELEASE/webapps/ROOT" "$base/webapps/ROOT"
        rm -rf "$base/conf"
        cp -R "$RELEASE/conf" "$base/conf"
        sed -e 's/port="8005"/port="-1"/' -e "s/port=\\"8080\\"/port=\\"$PORT\\" address=\\"127.0.0.1\\"/" \\
            "$RELEASE/conf/server.xml" > "$base/conf/server.xml"
        export CATALINA_HOME="$RELEASE" CATALINA_BASE="$base"
        exec "$RELEASE/bin/catalina.sh" run
        """);
    Files.setPosixFilePermissions(start, PosixFilePermissions.fromString("rwxr-xr-x"));
    return """
        role: backend
        announce: updater
        process:
          command: ["%s"]
          environment: {PORT: "%d", DATA: "${data}", RELEASE: "${release}"}
          stop_timeout: 10s
        health:
          probe: http
          url: "%s"
          interval: 200ms
          timeout: 2s
          successes: 2
          start_deadline: 90s
          deadline: 30s
          window: 1s
        """
        .formatted(start, device.port(), HttpQuestion.uri(device, "/shop/open.txt"));
  }

  @Override
  public String frontendSettings(DemoDevice device, URI backend) {
    String java = ProcessHandle.current().info().command().orElse("java");
    return """
        role: frontend
        announce: agent
        process:
          command: ["%s", -XX:TieredStopAtLevel=1, -Xmx48m, -cp, "%s", dev.lockstep.sample.StaticFrontend, "${release}"]
          environment: {PORT: "%d"}
          stop_timeout: 5s
        health:
          probe: http
          url: "%s"
          interval: 100ms
          timeout: 1s
          successes: 2
          start_deadline: 60s
          deadline: 10s
          window: 1s
        """
        .formatted(java, library, device.port(), HttpQuestion.uri(device, "/index.html"));
  }

  @Override
  public String runningVersion(DemoDevice device, HttpQuestion question) {
    return device.backend()
        ? question
            .get(device, "/there-is-no-such-page")
            .flatMap(answer -> answer.find(TOMCAT_VERSION))
            .orElse("")
        : question
            .get(device, "/swagger-ui.js")
            .flatMap(answer -> answer.find(PAGE_VERSION))
            .orElse("");
  }

  /** The page is static: it talks when it is served whole. */
  @Override
  public boolean talks(DemoDevice frontend, HttpQuestion question) {
    return question
        .get(frontend, "/index.html")
        .filter(answer -> answer.status() == 200 && answer.text().contains("swagger-ui"))
        .isPresent();
  }

  /** A new file each time, as Tomcat keeps what it has served for some seconds. */
  @Override
  public void putData(DemoDevice backend, HttpQuestion question) throws IOException {
    orders++;
    Path shop = backend.components().resolve(backend()).resolve("data/base/webapps/shop");
    Files.writeString(shop.resolve("order-" + orders + ".txt"), "one coffee\n");
  }

  @Override
  public long dataSeen(DemoDevice backend, HttpQuestion question) {
    return IntStream.rangeClosed(1, orders)
        .filter(order -> isServed(backend, "/shop/order-" + order + ".txt", question))
        .count();
  }

  private static boolean isServed(DemoDevice backend, String path, HttpQuestion question) {
    return question
        .get(backend, path)
        .filter(answer -> answer.status() == 200 && answer.text().contains("coffee"))
        .isPresent();
  }
}
