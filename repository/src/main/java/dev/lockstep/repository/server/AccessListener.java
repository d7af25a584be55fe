package dev.lockstep.repository.server;

/** Is told of every answered request, on the request's thread; must not block for long. */
@FunctionalInterface
public interface AccessListener {
  /** Nobody listens. */
  AccessListener NONE = access -> {};

  /** A request was answered. */
  void accessed(Access access);
}
