/**
 * Owns the one class of jnacl that is replaced here: the multiplication on the curve.
 *
 * <p>Promises the same results as jnacl's. Never a cipher of our own: the work is the JDK's (ADR
 * 0017). This module comes before jnacl on every class path that Maven makes.
 */
package com.neilalexander.jnacl.crypto;
