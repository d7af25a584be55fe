package dev.lockstep.repository.check;

import dev.lockstep.repository.RepositoryDirectory;
import dev.lockstep.repository.RepositoryDirectory.CurrentMetadata;
import dev.lockstep.tuf.TargetFile;
import dev.lockstep.tuf.metadata.DelegatedRole;
import dev.lockstep.tuf.metadata.Role;
import dev.lockstep.tuf.metadata.RoleKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Looks for what readers accept today and the publisher should see to nevertheless. */
final class HouseKeeping {
  private final RepositoryDirectory directory;
  private final Instant tomorrow;
  private final Instant soon;
  private final Map<String, TargetFile> listed;
  private final List<Finding> findings = new ArrayList<>();

  HouseKeeping(
      RepositoryDirectory directory, Instant now, Duration soon, Map<String, TargetFile> listed) {
    this.directory = directory;
    this.tomorrow = now.plus(Duration.ofDays(1));
    this.soon = now.plus(soon);
    this.listed = listed;
  }

  List<Finding> findings() throws IOException {
    CurrentMetadata current = directory.current();
    checkExpiry(current);
    checkKeys(current);
    checkFiles();
    return findings;
  }

  private void checkExpiry(CurrentMetadata current) {
    Map<String, Role> roles = new LinkedHashMap<>();
    roles.put("root", current.root().role());
    roles.put("targets", current.targets().role());
    roles.put("snapshot", current.snapshot().role());
    roles.put("timestamp", current.timestamp().role());
    for (String role : directory.targetRoles(current)) {
      roles.put(role, directory.role(current, role).role());
    }
    roles.forEach(
        (role, document) -> {
          // What cron renews never lives long; there a day's notice is what is left to act.
          boolean online = role.equals("timestamp") || role.equals("snapshot");
          Instant limit = online && tomorrow.isBefore(soon) ? tomorrow : soon;
          if (!document.expires().isAfter(limit)) {
            findings.add(
                Finding.warned(
                    "expires-soon", role + " expires " + document.expires() + "; run refresh"));
          }
        });
  }

  private void checkKeys(CurrentMetadata current) {
    Map<String, RoleKeys> roles = new LinkedHashMap<>();
    roles.put("root", current.root().role().roles().get("root"));
    roles.put("targets", current.root().role().roles().get("targets"));
    for (DelegatedRole channel : current.targets().role().delegations().orElseThrow().roles()) {
      roles.put(channel.name(), channel.keys());
    }
    roles.forEach(
        (role, keys) -> {
          boolean top = role.equals("root") || role.equals("targets");
          if (top && keys.threshold() < 2) {
            findings.add(
                Finding.warned(
                    "weak-threshold",
                    "one stolen key is enough for " + role + "; rotate it with --threshold 2"));
          }
        });
    RoleKeys root = roles.get("root");
    if (root.keyIds().size() == root.threshold()) {
      findings.add(
          Finding.warned(
              "no-spare-key",
              "a lost root key cannot be replaced: all "
                  + root.threshold()
                  + " must sign; rotate root --add"));
    }
  }

  private void checkFiles() throws IOException {
    Set<Path> used = new HashSet<>();
    for (TargetFile target : listed.values()) {
      used.add(directory.targetFile(target.path(), target.hashes().get("sha256")));
    }
    for (Path folder : List.of(directory.targets(), directory.metadata())) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
          String shown = directory.folder().relativize(file).toString();
          if (file.getFileName().toString().endsWith(".key")) {
            findings.add(Finding.failed("private-key", shown + " is served to everybody"));
          } else if (folder.equals(directory.targets()) && !used.contains(file)) {
            findings.add(Finding.warned("unused-file", shown + " belongs to no release"));
          }
        }
      }
    }
  }
}
