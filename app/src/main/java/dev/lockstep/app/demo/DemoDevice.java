package dev.lockstep.app.demo;

import java.nio.file.Path;

/**
 * One device of the demo.
 *
 * @param id device id
 * @param backend whether it has the backend (and is the hub) or a frontend
 * @param port where its component listens
 * @param folder everything of this device
 */
record DemoDevice(String id, boolean backend, int port, Path folder) {

  Path settings() {
    return folder.resolve("lockstep.yaml");
  }

  Path components() {
    return folder.resolve("components");
  }

  Path state() {
    return folder.resolve("state");
  }

  Path log() {
    return folder.resolve("lockstep.log");
  }
}
