package org.turing.runtime.app.program;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The machine that this process runs on.
 *
 * @param host its name
 * @param bootId changes with every boot, so that a process id of before is not taken for one of now
 */
record ThisMachine(String host, String bootId) {

    private static final Path LINUX_BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    static ThisMachine ask() {
        return new ThisMachine(name(), boot());
    }

    private static String name() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            // a machine whose own name does not resolve, as in some containers
            String variable = System.getenv("HOSTNAME");
            return variable == null || variable.isEmpty() ? "localhost" : variable;
        }
    }

    private static String boot() {
        try {
            return Files.readString(LINUX_BOOT_ID).strip();
        } catch (IOException notLinux) {
            // process 1 starts with the machine
            return ProcessHandle.of(1)
                    .flatMap(first -> first.info().startInstant())
                    .map(Object::toString)
                    .orElse("unknown");
        }
    }
}
