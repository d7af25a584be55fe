package dev.lockstep.app.demo;

import java.nio.file.Path;

/**
 * One device of the demo.
 *
 * @param id device id
 * @param backend whether it has the backend (and is the hub) or a frontend
 * @param port where its component listens
 * @param folder everything of this device
 * @param bus how a component of this device reaches the bus by itself
 */
record DemoDevice(String id, boolean backend, int port, Path folder, ComponentBus bus) {

  /**
   * What a component needs to take part by itself.
   *
   * @param publishAddress the broker's address for publishers
   * @param subscribeAddress the broker's address for subscribers
   * @param componentKey the component's certificate with its secret key
   * @param brokerKey the broker's public certificate
   */
  record ComponentBus(
      String publishAddress, String subscribeAddress, Path componentKey, Path brokerKey) {}

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
