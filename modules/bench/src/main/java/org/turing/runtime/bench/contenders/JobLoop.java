package org.turing.runtime.bench.contenders;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

/** What a contender in Java does in its own process, on the other end of a {@link TalkingSession}. */
public interface JobLoop extends AutoCloseable {

    /** Makes the jobs of these numbers ready; nothing begins. */
    void enqueue(long first, int jobs) throws SQLException;

    /**
     * Begins. It may return when it has begun, or when nothing is left.
     *
     * @param first is told, from any thread, once it claims or begins its first job
     */
    void work(Began first) throws SQLException;

    @Override
    void close() throws SQLException;

    /** Called when the first job is begun; later calls do nothing. */
    @FunctionalInterface
    interface Began {
        void now();
    }

    /** Where the database is. */
    record Place(String url, String user, String password) {
        public static Place fromEnvironment() {
            return new Place(
                    System.getenv("TURING_DB_URL"),
                    System.getenv("TURING_DB_USER"),
                    System.getenv("TURING_DB_PASSWORD"));
        }
    }

    /** Does what the lines on standard input say, until there are no more. */
    static void obey(JobLoop loop) throws IOException, SQLException {
        PrintStream answers = System.out;
        System.setOut(System.err); // what libraries print must not get between the answers
        try (loop;
                BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            answers.println("ready");
            long next = 1;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("work")) {
                    loop.work(new FirstOnly(answers));
                } else if (line.startsWith("enqueue ")) {
                    int jobs = Integer.parseInt(line.substring("enqueue ".length()));
                    loop.enqueue(next, jobs);
                    next += jobs;
                    answers.println("enqueued");
                } else {
                    throw new IOException("'" + line + "' is neither 'work' nor 'enqueue COUNT'");
                }
            }
        }
    }
}
