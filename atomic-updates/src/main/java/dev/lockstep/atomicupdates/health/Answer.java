package dev.lockstep.atomicupdates.health;

/**
 * What one question to a component led to.
 *
 * @param kind how it answered
 * @param trouble what is wrong, for people, e.g. "answered 503"; empty where nothing is
 * @param id of an answer that may be heard more than once; empty where each is a new one
 */
record Answer(Kind kind, String trouble, String id) {

  /** How a component answers. */
  enum Kind {
    /** It says that it is healthy. */
    WELL,
    /** It answers, and is not healthy. */
    UNWELL,
    /** Nothing answers: it may still be starting. */
    SILENT
  }

  private static final Answer GOOD = new Answer(Kind.WELL, "", "");

  static Answer well() {
    return GOOD;
  }

  /** What it said without being asked, which counts once. */
  static Answer well(String id) {
    return new Answer(Kind.WELL, "", id);
  }

  static Answer unwell(String trouble) {
    return new Answer(Kind.UNWELL, trouble, "");
  }

  static Answer silent(String trouble) {
    return new Answer(Kind.SILENT, trouble, "");
  }

  boolean isWell() {
    return kind == Kind.WELL;
  }
}
