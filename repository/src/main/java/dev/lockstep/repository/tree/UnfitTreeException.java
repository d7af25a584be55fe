package dev.lockstep.repository.tree;

/** Says why a tree or an archive cannot become a release. */
final class UnfitTreeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnfitTreeException(String why) {
    super(why);
  }

  UnfitTreeException(String why, Throwable cause) {
    super(why, cause);
  }
}
