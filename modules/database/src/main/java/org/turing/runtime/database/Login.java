package org.turing.runtime.database;

/**
 * A role and its password.
 *
 * @param user the role
 * @param password never shown
 */
public record Login(String user, String password) {

    @Override
    public String toString() {
        return user;
    }
}
