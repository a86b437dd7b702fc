package org.turing.runtime.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/** A password in a data folder, in a file of mode 0600 that only the runtime's user can read. */
public final class SecretFile {

    private static final int RANDOM_BYTES = 24;
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final Path folder;
    private final Path file;

    /**
     * @param folder the data folder; need not exist yet
     * @param name the file's name in it
     */
    public SecretFile(Path folder, String name) {
        this.folder = folder;
        this.file = folder.resolve(name);
    }

    /** Where it is. */
    public Path path() {
        return file;
    }

    /**
     * What is kept in it, if it is there.
     *
     * @throws DataFolderFailure if it can't be read, or others can read it too
     */
    public Optional<String> read() {
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                throw new DataFolderFailure(
                        file + " holds a password and is open to other users. Next: chmod 600 " + file
                                + ", and change the password if somebody may have read it",
                        null);
            }
            return Optional.of(Files.readString(file).strip());
        } catch (IOException failure) {
            throw new DataFolderFailure(
                    file + " can't be read: " + failure + ". Next: run as the user who owns the data folder", failure);
        }
    }

    /**
     * What is kept in it, made up on the first call; the folder too is created where it is missing.
     *
     * @throws DataFolderFailure as {@link #read}, or if it can't be written
     */
    public String readOrMake() {
        Optional<String> kept = read();
        if (kept.isPresent()) {
            return kept.get();
        }
        try {
            PrivateFiles.createFolder(folder);
            return make(file);
        } catch (IOException failure) {
            throw new DataFolderFailure(
                    file + " can't be written: " + failure + ". Next: make " + folder + " a folder that this user may"
                            + " write, or choose another with --data or TURING_DATA",
                    failure);
        }
    }

    /** Writes a file with a new secret; these characters need no escaping, neither in a URI nor in a shell. */
    static String make(Path file) throws IOException {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        PrivateFiles.write(file, secret + "\n");
        return secret;
    }
}
