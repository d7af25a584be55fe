package dev.lockstep.protocol.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.protocol.v1.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R159")
class VersionFileTest {
  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = directory.resolve("VERSION");
  }

  @ParameterizedTest
  @Tag("R18")
  @ValueSource(strings = {"0.1.0", "0.1.0\n", "0.1.0\r\n", " 0.1.0 \n\n"})
  void read_versionFile_givesTheVersion(String content) throws IOException {
    Files.writeString(file, content);

    assertThat(VersionFile.read(file)).hasToString("0.1.0");
  }

  @Test
  @Tag("R18")
  void read_missingFile_isAnErrorOfItsOwn() {
    assertThatThrownBy(() -> VersionFile.read(file))
        .isInstanceOf(VersionFileException.Missing.class)
        .hasMessageContainingAll("cannot tell the version", file.toString(), "does not exist")
        .extracting(error -> ((VersionFileException) error).code())
        .isEqualTo(ErrorCode.ERROR_CODE_CHECK_VERSION_MISSING);
  }

  @Test
  @Tag("R18")
  void read_folder_cannotBeRead() {
    assertThatThrownBy(() -> VersionFile.read(directory))
        .isInstanceOf(VersionFileException.Missing.class)
        .hasMessageContaining("cannot be read");
  }

  @ParameterizedTest
  @Tag("R18")
  @ValueSource(strings = {"", "abc", "v1.0.0", "1.0", "1.0.0\n2.0.0", "1.0.0 beta", "\uFEFF1.0.0"})
  void read_malformedContent_isAnErrorOfItsOwn(String content) throws IOException {
    Files.writeString(file, content);

    assertThatThrownBy(() -> VersionFile.read(file))
        .isInstanceOf(VersionFileException.Malformed.class)
        .hasMessageContainingAll(file.toString(), "cannot read version", "write it as 1.2.3")
        .extracting(error -> ((VersionFileException) error).code())
        .isEqualTo(ErrorCode.ERROR_CODE_CHECK_VERSION_MALFORMED);
  }

  @Test
  @Tag("R18")
  void read_binaryOrHugeFile_isMalformed() throws IOException {
    Files.write(file, new byte[] {(byte) 0xff, 0, 1});
    assertThatThrownBy(() -> VersionFile.read(file))
        .isInstanceOf(VersionFileException.Malformed.class);

    Files.write(file, new byte[64 * 1024 + 1]);
    assertThatThrownBy(() -> VersionFile.read(file))
        .isInstanceOf(VersionFileException.Malformed.class)
        .hasMessageContaining("larger than 64 KiB");
  }

  @ParameterizedTest
  @Tag("R29")
  @ValueSource(
      strings = {
        "NAME=\"Kiosk OS\"\nVERSION_ID=1.4.0\n",
        "VERSION=\"1.4.0\"\n",
        "# the version\n\nVERSION='1.4.0'",
        "VERSION=\"1.3.0 (old name)\"\nVERSION_ID=\"1.4.0\"\n",
        "VERSION_ID=1.0.0\r\nVERSION_ID=1.4.0\r\n",
        "=x\n#VERSION_ID=9.9.9\nVERSION_ID=1.4.0 \n"
      })
  void read_osReleaseStyleFile_givesTheVersion(String content) throws IOException {
    Files.writeString(file, content);

    assertThat(VersionFile.read(file)).hasToString("1.4.0");
  }

  @ParameterizedTest
  @Tag("R29")
  @ValueSource(
      strings = {
        "NAME=x",
        "VERSION_ID=12\nVERSION=1.0.0",
        "VERSION=\"1.0.0",
        "VERSION=",
        "VERSION=\"",
        "VERSION=\"1.0.0'"
      })
  void read_osReleaseStyleFileWithoutAVersion_isMalformed(String content) throws IOException {
    Files.writeString(file, content);

    assertThatThrownBy(() -> VersionFile.read(file))
        .isInstanceOf(VersionFileException.Malformed.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  @Tag("R19")
  void setCurrentVersion_version_replacesTheFileAndLeavesNothingBehind() throws IOException {
    Files.writeString(file, "1.0.0\n");
    Files.writeString(directory.resolve(".VERSION.new"), "left by a crash");

    VersionFile.setCurrentVersion(file, "1.1.0");

    assertThat(file).hasContent("1.1.0\n");
    assertThat(Files.getPosixFilePermissions(file))
        .as("others may read which version it is, as far as the umask lets them")
        .containsAll(PosixFilePermissions.fromString("rw-------"));
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @ParameterizedTest
  @Tag("R19")
  @ValueSource(strings = {"", "1.2", "v1.2.3", "1.2.3\n"})
  void setCurrentVersion_malformedVersion_changesNothing(String version) throws IOException {
    Files.writeString(file, "1.0.0\n");

    assertThatThrownBy(() -> VersionFile.setCurrentVersion(file, version))
        .isInstanceOf(MalformedVersionException.class);
    assertThat(file).hasContent("1.0.0\n");
  }

  @Test
  @Tag("R19")
  void setCurrentVersion_folderIsMissing_isAnError() {
    assertThatThrownBy(
            () -> VersionFile.setCurrentVersion(directory.resolve("none/VERSION"), "1.0.0"))
        .isInstanceOf(IOException.class);
  }

  @Test
  @Tag("R19")
  void setCurrentVersion_targetIsAFolder_leavesNothingBehind() throws IOException {
    Files.createDirectories(file.resolve("inside"));

    assertThatThrownBy(() -> VersionFile.setCurrentVersion(file, "1.0.0"))
        .isInstanceOf(IOException.class);
    assertThat(directory.resolve(".VERSION.new")).doesNotExist();
  }

  @Test
  @Tag("R19")
  void setCurrentVersion_whileOthersRead_theySeeTheOldOrTheNewVersion() throws Exception {
    VersionFile.setCurrentVersion(file, "1.0.0");
    AtomicBoolean stop = new AtomicBoolean();
    AtomicBoolean torn = new AtomicBoolean();
    Thread reader =
        new Thread(
            () -> {
              while (!stop.get()) {
                String version = VersionFile.read(file).toString();
                torn.compareAndSet(false, !List.of("1.0.0", "2.0.0-long.name").contains(version));
              }
            });
    AtomicBoolean failed = new AtomicBoolean();
    reader.setUncaughtExceptionHandler((thread, error) -> failed.set(true));
    reader.start();
    for (int i = 0; i < 50; i++) {
      VersionFile.setCurrentVersion(file, i % 2 == 0 ? "2.0.0-long.name" : "1.0.0");
    }
    stop.set(true);
    reader.join(10_000);

    assertThat(List.of(torn.get(), failed.get(), reader.isAlive()))
        .isEqualTo(List.of(false, false, false));
  }
}
