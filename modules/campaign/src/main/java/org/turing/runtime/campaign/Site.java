package org.turing.runtime.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the runtimes of one data folder live: with a way to the database, and perhaps a disk and a clock, of their own.
 *
 * @param place data folder and processes
 * @param proxy between them and PostgreSQL
 * @param disk under the data folder; null: none that could be filled
 * @param clock null: the machine's
 */
record Site(
        RuntimePlace place,
        TcpProxy proxy,
        @Nullable SmallDisk disk,
        @Nullable WrongClock clock) implements AutoCloseable {

    private static final int DISK_MEGABYTES = 16;

    /** What the sites of a round have in common. */
    record Common(
            CampaignServer server,
            RoundDatabase database,
            Neighbourhood neighbourhood,
            Path folder,
            String mark,
            Order order,
            Consumer<String> incidents) {}

    static Site create(int number, Common common) throws IOException {
        List<FaultKind> kinds = common.order().kinds();
        Path folder = Files.createDirectories(common.folder().resolve("place-" + number));
        TcpProxy proxy =
                TcpProxy.to(common.server().port(), common.neighbourhood().campaign());
        SmallDisk disk = kinds.contains(FaultKind.FILL_DATA_FOLDER)
                ? SmallDisk.mount(folder.resolve(RuntimePlace.DATA), DISK_MEGABYTES)
                : null;
        WrongClock clock = kinds.contains(FaultKind.JUMP_CLOCK) ? WrongClock.create(folder.resolve("clock")) : null;
        Map<String, String> environment = environment(number, common, proxy);
        if (clock != null) {
            environment.putAll(clock.environment());
        }
        RuntimePlace place = new RuntimePlace(
                number,
                folder,
                new Launch(
                        common.order().program(),
                        common.neighbourhood().at(number),
                        common.order().setting().arguments(),
                        environment),
                common.mark() + "-" + number,
                common.incidents());
        return new Site(place, proxy, disk, clock);
    }

    private static Map<String, String> environment(int number, Common common, TcpProxy proxy) {
        Map<String, String> environment = new HashMap<>(common.neighbourhood().environment(number));
        environment.put("TURING_DB_URL", common.database().url(proxy.address()));
        environment.put("TURING_DB_USER", common.server().user());
        environment.put("TURING_DB_PASSWORD", common.server().password());
        environment.put(
                "TURING_SCRIPTS", common.folder().resolve(WorkLoad.SCRIPTS).toString());
        environment.put("TURING_PYTHON", common.order().python());
        environment.put("TURING_HTTP_PORT", "0");
        return environment;
    }

    @Override
    public void close() throws IOException {
        place.close();
        proxy.close();
        if (disk != null) {
            disk.close();
        }
    }
}
