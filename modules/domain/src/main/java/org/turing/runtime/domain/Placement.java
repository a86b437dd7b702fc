package org.turing.runtime.domain;

/**
 * A candidate and where it is to run.
 *
 * @param candidate what an inbox returned
 * @param runtimeId the runtime that will hold the claim, run the subject and write its outcome; any of the cluster
 */
public record Placement(Candidate candidate, long runtimeId) {}
