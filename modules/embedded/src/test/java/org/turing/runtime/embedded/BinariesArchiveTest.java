package org.turing.runtime.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class BinariesArchiveTest {

    @TempDir
    Path temporary;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private TarArchiveOutputStream tar;
    private Path target;

    @BeforeEach
    void begin() throws IOException {
        tar = new TarArchiveOutputStream(new XZOutputStream(bytes, new LZMA2Options()));
        target = Files.createDirectory(temporary.resolve("target"));
    }

    @Test
    void keeps_programs_executable_and_links_as_links() throws IOException {
        link("lib/libpq.so", "libpq.so.5");
        file("bin/postgres", 0755, "program");
        file("lib/libpq.so.5", 0666, "library");

        unpack();

        assertThat(mode("bin/postgres")).isEqualTo("rwxr-xr-x");
        assertThat(mode("lib/libpq.so.5")).isEqualTo("rw-r--r--");
        assertThat(Files.readSymbolicLink(target.resolve("lib/libpq.so"))).hasToString("libpq.so.5");
        assertThat(target.resolve("lib/libpq.so")).hasContent("library");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside", "lib/../../outside", "lib/../../target-2/outside"})
    void refuses_files_outside_the_target(String name) throws IOException {
        file(name, 0644, "x");

        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class).hasMessageContaining(name);
        assertThat(temporary).isDirectoryNotContaining("glob:**/outside");
    }

    @ParameterizedTest
    @CsvSource({"lib/a, ../../outside", "lib/a, /etc", "a, .."})
    void refuses_links_that_lead_outside_the_target(String name, String leadsTo) throws IOException {
        link(name, leadsTo);

        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class).hasMessageContaining(name);
        assertThat(target.resolve(name)).doesNotExist();
    }

    @Test
    void writes_no_file_through_a_link() throws IOException {
        link("lib", "bin");
        file("lib/a", 0644, "x");

        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class);
        assertThat(target.resolve("bin")).doesNotExist();
    }

    @Test
    void refuses_what_is_neither_a_folder_a_file_nor_a_link() throws IOException {
        tar.putArchiveEntry(new TarArchiveEntry("pipe", TarConstants.LF_FIFO));
        tar.closeArchiveEntry();

        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class).hasMessageContaining("'pipe'");
    }

    @Test
    void refuses_an_archive_that_is_cut_short() throws IOException {
        file("bin/postgres", 0755, "program".repeat(10_000));
        tar.close();
        byte[] half = Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2);

        assertThatThrownBy(() -> BinariesArchive.unpack(new ByteArrayInputStream(half), target))
                .isInstanceOf(IOException.class);
    }

    private void unpack() throws IOException {
        tar.close();
        BinariesArchive.unpack(new ByteArrayInputStream(bytes.toByteArray()), target);
    }

    private void file(String name, int mode, String content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setMode(TarArchiveEntry.DEFAULT_FILE_MODE & ~0777 | mode);
        entry.setSize(content.length());
        tar.putArchiveEntry(entry);
        tar.write(content.getBytes(StandardCharsets.US_ASCII));
        tar.closeArchiveEntry();
    }

    private void link(String name, String leadsTo) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        entry.setLinkName(leadsTo);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(target.resolve(name)));
    }
}
