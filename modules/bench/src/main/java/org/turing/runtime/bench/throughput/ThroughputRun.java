package org.turing.runtime.bench.throughput;

/**
 * One measurement.
 *
 * @param round of the rounds in which contenders take turns, from 1
 * @param jobs that were timed
 * @param micros from the first claim to the moment at which nothing was left
 * @param server processor time of PostgreSQL meanwhile, in µs
 * @param contender that of the contender's processes, in µs
 * @param load the machine's load average right after it
 */
public record ThroughputRun(int round, int jobs, long micros, long server, long contender, double load) {

    public ThroughputRun {
        if (jobs < 1 || micros < 1) {
            throw new IllegalArgumentException(jobs + " jobs in " + micros + " µs are no measurement");
        }
    }

    double seconds() {
        return micros / 1_000_000.0;
    }

    double perSecond() {
        return jobs / seconds();
    }

    double serverMicrosPerJob() {
        return (double) server / jobs;
    }

    double contenderMicrosPerJob() {
        return (double) contender / jobs;
    }
}
