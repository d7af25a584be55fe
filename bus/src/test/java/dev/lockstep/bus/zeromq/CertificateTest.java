package dev.lockstep.bus.zeromq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.bus.BusException;
import dev.lockstep.protocol.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateTest {
  @TempDir Path folder;

  @Test
  void write_thenRead_givesTheSameKeysAndMetadata() {
    Certificate certificate = Certificate.generate("kiosk-1", Role.DEVICE);
    Path secret = certificate.write(folder, "kiosk-1");

    assertThat(secret).isEqualTo(folder.resolve("kiosk-1.key_secret"));
    assertThat(Certificate.read(secret)).isEqualTo(certificate);
    Certificate open = Certificate.read(folder.resolve("kiosk-1.key"));
    assertThat(open).isEqualTo(certificate.publicOnly());
    assertThat(open.name()).isEqualTo("kiosk-1");
    assertThat(open.role()).contains(Role.DEVICE);
  }

  @Test
  @Tag("R148")
  void write_secretKey_isForItsOwnerOnlyAndNowhereElse() throws Exception {
    Certificate certificate = Certificate.generate("hub", Role.HUB);
    Path secret = certificate.write(folder, "hub");

    assertThat(mode(secret)).isEqualTo("rw-------");
    assertThat(mode(folder.resolve("hub.key"))).isEqualTo("rw-r--r--");
    assertThat(Files.readString(folder.resolve("hub.key")))
        .doesNotContain(certificate.secretKey().orElseThrow());
    assertThat(certificate.toString()).doesNotContain(certificate.secretKey().orElseThrow());
    try (var files = Files.list(folder)) {
      assertThat(files).as("no temporary file is left").hasSize(2);
    }
  }

  @Test
  void read_secretKeyReadableForOthers_isRefusedWithRemedy() throws Exception {
    Path secret = Certificate.generate("hub", Role.HUB).write(folder, "hub");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r-----"));

    assertThatThrownBy(() -> Certificate.read(secret))
        .isInstanceOf(BusException.KeyUnusable.class)
        .hasMessageContaining(secret.toString())
        .hasMessageContaining("chmod 600");
  }

  @Test
  void read_missingOrRubbish_saysWhichFileAndWhatToDo() throws Exception {
    Path missing = folder.resolve("missing.key");
    assertThatThrownBy(() -> Certificate.read(missing))
        .isInstanceOf(BusException.KeyUnusable.class)
        .hasMessageContaining(missing.toString())
        .hasMessageContaining("does not exist");
    for (String rubbish :
        new String[] {
          "", "curve\n    public-key = \"short\"\n", "\0\1\2", "metadata\n    a = b\n"
        }) {
      Path file = folder.resolve("rubbish.key");
      Files.writeString(file, rubbish);
      assertThatThrownBy(() -> Certificate.read(file)).isInstanceOf(BusException.KeyUnusable.class);
    }
    Path binary = folder.resolve("binary.key");
    Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThatThrownBy(() -> Certificate.read(binary)).isInstanceOf(BusException.KeyUnusable.class);
  }

  @Test
  void generate_withANameThatIsNoWord_isRefused() {
    assertThatThrownBy(() -> Certificate.generate("../../etc/passwd", Role.HUB))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Certificate.generate("a\"\ncurve", Role.HUB))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @Tag("R170")
  void pyzmq_readsOurs_andWeReadPyzmqs() throws Exception {
    PythonPeer.assumePresent();
    Certificate ours = Certificate.generate("ours", Role.COMPONENT);
    Path oursFile = ours.write(folder, "ours");
    try (PythonPeer peer = PythonPeer.start(folder, "load", oursFile)) {
      String line = peer.await("loaded", text -> text.contains("public"));
      assertThat(line)
          .contains(ours.publicKey().replace("\\", "\\\\"))
          .contains(ours.secretKey().orElseThrow().replace("\\", "\\\\"));
    }
    try (PythonPeer peer = PythonPeer.start(folder, "create", folder, "theirs")) {
      peer.await("created", text -> text.contains("public"));
    }
    Path theirsFile = folder.resolve("theirs.key_secret");
    Files.setPosixFilePermissions(theirsFile, PosixFilePermissions.fromString("rw-------"));
    Certificate theirs = Certificate.read(theirsFile);
    assertThat(theirs.role()).contains(Role.COMPONENT);
    assertThat(theirs.name()).isEqualTo("theirs");
    assertThat(theirs.secretKey()).isPresent();
    assertThat(Certificate.read(folder.resolve("theirs.key")).publicKey())
        .isEqualTo(theirs.publicKey());
  }

  private static String mode(Path file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  @Tag("R163")
  void isPair_halvesOfOneKey_trueAndOfTwoKeysOrOneHalfFalse() {
    Certificate one = Certificate.generate("one", Role.DEVICE);
    Certificate other = Certificate.generate("other", Role.DEVICE);

    assertThat(one.isPair()).isTrue();
    assertThat(new Certificate(one.publicKey(), other.secretKey(), one.metadata()).isPair())
        .isFalse();
    assertThat(one.publicOnly().isPair()).isFalse();
  }
}
