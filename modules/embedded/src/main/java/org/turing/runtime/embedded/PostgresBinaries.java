package org.turing.runtime.embedded;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL's programs, unpacked once per version, platform and user into a cache folder. An unpacked folder appears
 * in one step and complete, so any number of processes may unpack at once; one that has lost files since is replaced.
 *
 * @param folder holds {@code bin}, {@code lib} and {@code share}
 * @param version the version of the binaries, such as {@code 18.6.0}
 */
record PostgresBinaries(Path folder, String version) {

    private static final Logger log = LoggerFactory.getLogger(PostgresBinaries.class);

    /** Written into a complete folder: how many files it has and how many bytes they hold. */
    private static final String CONTENT = "unpacked-content";

    /** The version that this runtime was built with. */
    static String builtWith() {
        Properties properties = new Properties();
        try (InputStream file = PostgresBinaries.class.getResourceAsStream("postgres-binaries.properties")) {
            properties.load(file);
        } catch (IOException failure) {
            throw new EmbeddedPostgresFailure("the runtime's jar is damaged: postgres-binaries.properties", failure);
        }
        return properties.getProperty("version");
    }

    /**
     * The programs for this machine, unpacked if they are not yet.
     *
     * @param cache where to unpack to
     * @param fallback where to unpack to if the cache can't be written or is someone else's
     * @throws EmbeddedPostgresFailure if there are none for this machine or they can't be unpacked
     */
    static PostgresBinaries unpacked(Platform platform, Path cache, Path fallback) {
        String version = builtWith();
        String name = "postgres-" + version + "-" + platform.name();
        try {
            return new PostgresBinaries(unpackedIn(cache, name, platform, version), version);
        } catch (IOException failure) {
            log.warn("{} can't keep PostgreSQL's binaries ({}); they go to {}", cache, failure, fallback);
        }
        try {
            return new PostgresBinaries(unpackedIn(fallback, name, platform, version), version);
        } catch (IOException failure) {
            throw new EmbeddedPostgresFailure(
                    "PostgreSQL's binaries can't be unpacked, neither to " + cache + " nor to " + fallback + ": "
                            + failure
                            + ". Next: free disk space, or set XDG_CACHE_HOME to a folder that this user may write",
                    failure);
        }
    }

    Path program(String name) {
        return folder.resolve("bin").resolve(name);
    }

    /** The release as the server itself names it: 18.6 for the binaries 18.6.0. */
    String serverVersion() {
        String[] parts = version.split("\\.");
        return parts[0] + "." + parts[1];
    }

    String majorVersion() {
        return version.split("\\.")[0];
    }

    /** {@code $XDG_CACHE_HOME/turing-runtime}, else {@code ~/.cache/turing-runtime}. */
    static Path userCache() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        // The specification: a relative path there is to be ignored.
        Path caches =
                xdg != null && xdg.startsWith("/") ? Path.of(xdg) : Path.of(System.getProperty("user.home"), ".cache");
        return caches.resolve("turing-runtime");
    }

    /** One at a time: within this process by the monitor, among processes by a lock file. */
    private static synchronized Path unpackedIn(Path cache, String name, Platform platform, String version)
            throws IOException {
        PrivateFiles.createFolder(cache);
        requireOwn(cache);
        Path folder = cache.toRealPath().resolve(name);
        if (isComplete(folder)) {
            return folder;
        }
        Path lockFile = folder.resolveSibling(name + ".lock");
        try (FileChannel channel = FileChannel.open(lockFile, Set.of(CREATE, WRITE), PrivateFiles.FILE_MODE)) {
            // Held until the channel is closed.
            channel.lock();
            if (!isComplete(folder)) {
                unpack(folder, platform, version);
            }
        }
        return folder;
    }

    private static void unpack(Path folder, Platform platform, String version) throws IOException {
        Path staging = folder.resolveSibling(folder.getFileName() + ".new");
        try (InputStream archive = PostgresBinaries.class.getResourceAsStream("/" + platform.resource())) {
            if (archive == null) {
                throw missing(platform, version);
            }
            PrivateFiles.deleteFolder(staging);
            Files.createDirectory(staging, PrivateFiles.FOLDER_MODE);
            BinariesArchive.unpack(archive, staging);
            Files.writeString(staging.resolve(CONTENT), content(staging));
            PrivateFiles.deleteFolder(folder);
            Files.move(staging, folder, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static EmbeddedPostgresFailure missing(Platform platform, String version) {
        return new EmbeddedPostgresFailure("PostgreSQL's binaries for " + platform.name() + " are not on the class path"
                + " (resource " + platform.resource() + "). Next: add the artefact " + platform.artefact() + ":"
                + version + ", or set TURING_DB_URL to a PostgreSQL 14 or newer");
    }

    /** Programs that another user can write are not for us to run. */
    private static void requireOwn(Path cache) throws IOException {
        Object owner = Files.getAttribute(cache, "unix:uid");
        if (!owner.equals(PrivateFiles.currentUser().id())) {
            throw new IOException(cache + " belongs to another user, " + owner);
        }
    }

    private static boolean isComplete(Path folder) throws IOException {
        Path content = folder.resolve(CONTENT);
        try {
            return Files.exists(content) && Files.readString(content).equals(content(folder));
        } catch (NoSuchFileException | UncheckedIOException replaced) {
            log.debug("{} is being replaced", folder, replaced);
            return false;
        }
    }

    private static String content(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            List<Path> files = walk.filter(file -> !file.endsWith(CONTENT)).toList();
            long bytes = 0;
            for (Path file : files) {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
                bytes += attributes.isRegularFile() ? attributes.size() : 0;
            }
            return files.size() + " files, " + bytes + " bytes\n";
        }
    }
}
