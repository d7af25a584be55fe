package dev.lockstep.app.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** The software that the demo updates: a backend and a frontend, in three releases. */
interface DemoApp {
  /** The three acts. */
  enum Act {
    /** What runs at first. */
    INITIAL,
    /** A good release of both. */
    UPDATE,
    /** A backend that starts and is not healthy. */
    BAD
  }

  /** Id of the backend component. */
  String backend();

  /** Id of the frontend component. */
  String frontend();

  /** What the publisher publishes in that act; folders are made below {@code workshop}. */
  List<DemoRelease> releases(Act act, Path workshop) throws IOException;

  /** The backend's settings below {@code components.<id>}, as YAML without indent. */
  String backendSettings(DemoDevice device) throws IOException;

  /** The frontend's settings below {@code components.<id>}, as YAML without indent. */
  String frontendSettings(DemoDevice device, URI backend) throws IOException;

  /** Asks the process itself which version it runs; empty when it does not answer. */
  String runningVersion(DemoDevice device, HttpQuestion question);

  /** Whether the frontend of that device and the backend talk to each other. */
  boolean talks(DemoDevice frontend, HttpQuestion question);

  /** Puts something into the backend's data that must not be lost. */
  void putData(DemoDevice backend, HttpQuestion question) throws IOException;

  /** How much of it the running backend has; never decreases where data are kept. */
  long dataSeen(DemoDevice backend, HttpQuestion question);
}
