package dev.lockstep.protocol;

import java.util.Set;

/**
 * What a message says about itself and about whom it speaks of; nothing of it is proven.
 *
 * @param source the sender's name as it gives itself; empty if it gives none
 * @param key the attribute {@link Attributes#KEY}; empty if there is none
 * @param device the content's own field {@code device}; empty if it names none
 * @param component the content's own field {@code component}; empty if it names none
 * @param inside every device that a part of the content names, such as a job of a state report
 * @param to the attribute {@link Attributes#TO}; empty if there is none
 * @param serves whether the content is about a backend: its own field {@code role} says so
 * @param requestedBy the content's field {@code requested_by}; empty if it names nobody
 */
public record Claims(
    String source,
    String key,
    String device,
    String component,
    Set<String> inside,
    String to,
    boolean serves,
    String requestedBy) {}
