package dev.lockstep.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("R61")
class ThisMachineTest {
  @TempDir private Path system;

  private void file(String name, String content) throws IOException {
    Path file = system.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  @Test
  void model_deviceTree_isReadWithoutItsZero() throws IOException {
    file("sys/firmware/devicetree/base/model", "Raspberry Pi 4 Model B Rev 1.4\0");
    file("sys/class/dmi/id/product_name", "something else\n");

    assertThat(new ThisMachine(system).model()).contains("Raspberry Pi 4 Model B Rev 1.4");
  }

  @Test
  void model_firmware_isReadWhereThereIsNoDeviceTree() throws IOException {
    file("sys/class/dmi/id/product_name", "OptiPlex 7090\n");

    assertThat(new ThisMachine(system).model()).contains("OptiPlex 7090");
  }

  @Test
  void facts_nothingThere_areUnknown() {
    assertThat(new ThisMachine(system).model()).isEmpty();
    assertThat(new ThisMachine(system).memoryMb()).isEmpty();
  }

  @Test
  void memory_megabytes_areReadFromTheKernel() throws IOException {
    file("proc/meminfo", "MemTotal:        3885396 kB\nMemFree:          123 kB\n");

    assertThat(new ThisMachine(system).memoryMb()).contains(3_794);
  }
}
