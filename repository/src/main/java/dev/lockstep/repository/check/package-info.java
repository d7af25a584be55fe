/**
 * Whether readers accept a repository, and what its publisher should see to.
 *
 * <p>Owns: the checks of {@code lockstep-repo verify}. Promises: what fails here fails for a
 * client, because the client itself does the checking. Never: changes anything.
 */
package dev.lockstep.repository.check;
