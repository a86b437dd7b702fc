package org.turing.runtime.domain;

/**
 * A subject that an inbox returned and that nothing stops from being claimed, as far as that reading could see.
 *
 * @param subject the subject
 * @param fields the row as a JSON object, handed to the script as {@code subject}
 */
public record Candidate(Subject subject, String fields) {}
