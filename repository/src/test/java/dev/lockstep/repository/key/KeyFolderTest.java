package dev.lockstep.repository.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.repository.RepositoryException;
import dev.lockstep.tuf.metadata.RoleKeys;
import dev.lockstep.tuf.metadata.Signer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFolderTest {
  private static final byte[] MESSAGE = {1, 2, 3};

  @TempDir private Path folder;

  private KeyFolder keys(Passphrases passphrases) {
    return new KeyFolder(folder.resolve("keys"), passphrases);
  }

  private static RoleKeys all(KeyFolder keys, String role) {
    return RoleKeys.of(keys.publicKeys(role).stream().map(key -> key.id()).toList(), 1);
  }

  @Test
  @Tag("R148")
  void generate_plain_fileIsForItsOwnerOnlyAndSigns() throws IOException {
    KeyFolder keys = keys(Passphrases.NONE);
    Path file = keys.generate("stable");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwx------");
    List<Signer> signers = keys.signers("stable", all(keys, "stable"));
    assertThat(signers).hasSize(1);
    assertThat(keys.publicKeys("stable").get(0).verifies(MESSAGE, signers.get(0).sign(MESSAGE)))
        .isTrue();
    assertThat(Files.list(file.getParent())).containsExactly(file);
  }

  @Test
  @Tag("R148")
  void generate_withPassphrase_privatePartIsNotInTheFileAndOpensWithIt() throws IOException {
    KeyFolder keys = keys(Passphrases.of("correct horse"));
    Path file = keys.generate("root");

    assertThat(Files.readString(file)).contains("\"encrypted\"").doesNotContain("\"private\"");
    KeyFolder again = keys(Passphrases.of("correct horse"));
    Signer signer = again.signers("root", all(again, "root")).get(0);
    assertThat(keys.publicKeys("root").get(0).verifies(MESSAGE, signer.sign(MESSAGE))).isTrue();
  }

  @Test
  void signers_wrongOrMissingPassphrase_saysSo() {
    keys(Passphrases.of("correct horse")).generate("root");

    KeyFolder wrong = keys(Passphrases.of("battery staple"));
    RoleKeys allowed = all(wrong, "root");
    assertThatThrownBy(() -> wrong.signers("root", allowed))
        .isInstanceOf(RepositoryException.KeyUnusable.class)
        .hasMessageContaining("the passphrase is wrong");
    assertThatThrownBy(() -> keys(Passphrases.NONE).signers("root", allowed))
        .hasMessageContaining("LOCKSTEP_KEY_PASSPHRASE");
  }

  @Test
  void publicKeys_fileThatOthersCanRead_refused() throws IOException {
    Path file = keys(Passphrases.NONE).generate("root");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

    assertThatThrownBy(() -> keys(Passphrases.NONE).publicKeys("root"))
        .isInstanceOf(RepositoryException.KeyUnusable.class)
        .hasMessageMatching("cannot use key .*: others can read it; run chmod 600 on it")
        .extracting(failure -> ((RepositoryException) failure).code())
        .isEqualTo(ErrorCode.ERROR_CODE_PUBLISH_KEY);
  }

  @Test
  void publicKeys_damagedFile_saysWhich() throws IOException {
    Path file = keys(Passphrases.NONE).generate("root");
    Files.writeString(file, "{\"format\": 1");

    assertThatThrownBy(() -> keys(Passphrases.NONE).publicKeys("root"))
        .isInstanceOf(RepositoryException.KeyUnusable.class)
        .hasMessageContaining(file.getFileName().toString());
  }

  @Test
  void signers_keyThatTheRoleDoesNotList_notUsed() {
    KeyFolder keys = keys(Passphrases.NONE);
    keys.generate("stable");
    RoleKeys first = all(keys, "stable");
    keys.generate("stable");

    assertThat(keys.publicKeys("stable")).hasSize(2);
    assertThat(keys.signers("stable", first)).extracting(Signer::keyId).isEqualTo(first.keyIds());
  }
}
