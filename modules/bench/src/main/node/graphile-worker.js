// graphile-worker for the benchmark: node graphile-worker.js no-op|status|pick-up

process.env.NO_LOG_SUCCESS = '1';

import { compareClocks, micros } from './clock.js';
import { isOther, obeyFirst, several } from './processes.js';
import { connectionString, obey, say } from './protocol.js';

const { makeWorkerUtils, run } = await import('graphile-worker');

const workload = process.argv[2];

// The settings of the project's own benchmark (perfTest/graphile.config.js and perfTest/run.js). Where jobs use their connections,
// four processes would take more than PostgreSQL has by default, and two were as fast.
const PROCESSES = workload === 'status' ? 2 : 4;
const CONCURRENT_JOBS = 24;
const throughput = {
  concurrentJobs: CONCURRENT_JOBS,
  maxPoolSize: CONCURRENT_JOBS + 1,
  localQueue: { size: 500, refetchDelay: { durationMs: 10 } },
  completeJobBatchDelay: 0,
  failJobBatchDelay: 0,
};

let began;
let runner;

const tasks = {
  'no-op': () => began(),
  status: async ({ id }, helpers) => {
    began();
    await helpers.withPgClient((client) =>
      client.query({ name: 'status', text: "UPDATE items SET status = 'done' WHERE id = $1", values: [id] }),
    );
  },
  'pick-up': () => {
    say('handed', micros());
    setImmediate(compareClocks);
  },
};

const worker = {
  async work(beganNow) {
    began = beganNow;
    runner = await run({
      preset: { worker: { connectionString: connectionString(), ...(workload === 'pick-up' ? {} : throughput) } },
      taskList: { [workload]: tasks[workload] },
      parsedCronItems: [], // else it looks for a file in the current folder
      noHandleSignals: true,
    });
  },
  async rest() {
    await runner.stop();
  },
  async stop() {},
};

async function first(workers) {
  const utils = await makeWorkerUtils({ connectionString: connectionString() });
  await obey({
    async prepare() {
      await utils.migrate();
    },
    async enqueue(from, to) {
      await utils.withPgClient((client) =>
        client.query(
          `SELECT 1 FROM graphile_worker.add_jobs(ARRAY(
             SELECT json_populate_record(NULL::graphile_worker.job_spec,
                                         json_build_object('identifier', $1::text, 'payload', json_build_object('id', i)))
               FROM generate_series($2::int, $3::int) i))`,
          [workload, from, to],
        ),
      );
    },
    work: workers.work,
    rest: workers.rest,
    async stop() {
      await workers.stop();
      await utils.release();
    },
  });
}

if (isOther) {
  obeyFirst(worker);
} else {
  await first(workload === 'pick-up' ? worker : several(PROCESSES));
}
