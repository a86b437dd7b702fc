package org.turing.runtime.campaign;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The database of one round; on a small disk of its own where that is to be filled. */
final class RoundDatabase implements AutoCloseable {

    private static final int DISK_MEGABYTES = 160;

    private final CampaignServer server;
    private final String name;
    private final @Nullable SmallDisk disk;
    private final List<CampaignDatabase> opened = new ArrayList<>();

    /**
     * Creates it.
     *
     * @param mark names the round
     * @param folder where the small disk is mounted; null: no small disk
     */
    RoundDatabase(CampaignServer server, String mark, @Nullable Path folder) throws IOException {
        this.server = server;
        this.name = mark.replaceAll("[^a-z0-9]", "_");
        this.disk = folder == null ? null : SmallDisk.mount(folder, DISK_MEGABYTES);
        try (CampaignDatabase maintenance = server.maintenance()) {
            if (disk == null) {
                maintenance.execute("CREATE DATABASE " + name);
            } else {
                maintenance.execute("CREATE TABLESPACE " + name + " LOCATION '" + disk.folder() + "'");
                maintenance.execute("CREATE DATABASE " + name + " TABLESPACE " + name);
            }
        }
    }

    /** As JDBC names it, through an address with a port: the server's own or a proxy's. */
    String url(String address) {
        return "jdbc:postgresql://" + address + "/" + name;
    }

    /** A way into it past every proxy; closed with this. */
    CampaignDatabase open() {
        CampaignDatabase database =
                new CampaignDatabase(url("127.0.0.1:" + server.port()), server.user(), server.password());
        opened.add(database);
        return database;
    }

    /** Where it is kept, if that can be filled. */
    @Nullable
    SmallDisk disk() {
        return disk;
    }

    @Override
    public void close() throws IOException {
        opened.forEach(CampaignDatabase::close);
        try (CampaignDatabase maintenance = server.maintenance()) {
            maintenance.execute("DROP DATABASE " + name + " WITH (FORCE)");
            if (disk != null) {
                maintenance.execute("DROP TABLESPACE " + name);
                disk.close();
            }
        }
    }
}
