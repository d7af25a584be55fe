package dev.lockstep.systemtests.kill;

import dev.lockstep.testkit.TreeFixture;
import java.util.List;

/** What a device does while it is killed, and how that has to end. */
enum KillScenario {
  /** 1.1.0 is staged, works, and replaces 1.0.0. */
  GOOD_INSTALL("1.0.0", "1.1.0", "1.1.0", "COMMITTED"),
  /** 1.2.0 starts, spoils the data and ends. */
  FAILING_INSTALL("1.0.0", "1.2.0", "1.0.0", "REVERTED"),
  /** The migration to 1.3.0 spoils the data and fails. */
  FAILING_MIGRATION("1.0.0", "1.3.0", "1.0.0", "REVERTED"),
  /** 1.1.0 runs, and somebody asks for 1.0.0 with its data. */
  REVERT_ASKED("1.1.0", "1.0.0", "1.0.0", "COMMITTED"),
  /**
   * 1.1.0 is fetched into a slot while 1.0.0 runs; every third change of the disk is a point as
   * well.
   */
  DOWNLOAD("1.0.0", "1.1.0", "1.0.0", "STAGED");

  static final List<String> VERSIONS = List.of("1.0.0", "1.1.0", "1.2.0", "1.3.0");

  /**
   * Takes the data over as its own where they are not, then runs until it is told to stop. Started
   * again it writes nothing, as its data may be copied while it runs.
   */
  private static final String GOOD =
      """
      #!/bin/sh
      trap 'exit 0' TERM
      cmp -s VERSION ../../data/owner ||
          { cp VERSION ../../data/owner.new && mv ../../data/owner.new ../../data/owner; }
      while :; do sleep 5 & wait $!; done
      """;

  private static final String CRASHING =
      """
      #!/bin/sh
      echo spoiled > ../../data/owner
      rm -f ../../data/precious
      exit 3
      """;

  private static final String MIGRATE = "#!/bin/sh\ncp VERSION ../../data/format\n";

  private static final String FAILING_MIGRATE =
      "#!/bin/sh\necho half > ../../data/format\nrm -f ../../data/precious\nexit 1\n";

  private static final int INCOMPRESSIBLE = 150_000;

  final String before;
  final String asked;
  final String after;
  final String state;

  KillScenario(String before, String asked, String after, String state) {
    this.before = before;
    this.asked = asked;
    this.after = after;
    this.state = state;
  }

  /** The versions that are in slots afterwards. */
  String[] slots() {
    return new String[] {"1.0.0", this == REVERT_ASKED ? before : asked};
  }

  static TreeFixture tree(String version) {
    TreeFixture tree =
        TreeFixture.small("backend", version)
            .executable("run.sh", version.equals("1.2.0") ? CRASHING : GOOD)
            .executable("migrate.sh", version.equals("1.3.0") ? FAILING_MIGRATE : MIGRATE);
    return version.equals("1.1.0") ? tree.random("large.bin", INCOMPRESSIBLE, 7) : tree;
  }
}
