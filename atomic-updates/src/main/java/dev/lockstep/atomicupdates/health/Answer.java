package dev.lockstep.atomicupdates.health;

/**
 * What one question to a component led to.
 *
 * @param kind how it answered
 * @param trouble what is wrong, for people, e.g. "answered 503"; empty where nothing is
 */
record Answer(Kind kind, String trouble) {

  /** How a component answers. */
  enum Kind {
    /** It says that it is healthy. */
    WELL,
    /** It answers, and is not healthy. */
    UNWELL,
    /** Nothing answers: it may still be starting. */
    SILENT
  }

  private static final Answer GOOD = new Answer(Kind.WELL, "");

  static Answer well() {
    return GOOD;
  }

  static Answer unwell(String trouble) {
    return new Answer(Kind.UNWELL, trouble);
  }

  static Answer silent(String trouble) {
    return new Answer(Kind.SILENT, trouble);
  }

  boolean isWell() {
    return kind == Kind.WELL;
  }
}
