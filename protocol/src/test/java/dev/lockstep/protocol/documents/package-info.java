/**
 * Makes docs/topics.md, docs/asyncapi.yaml and docs/errors.md from the code and the comments of the
 * .proto files. Promises: the same code gives the same bytes; a test fails when a document is
 * stale.
 */
package dev.lockstep.protocol.documents;
