// graphile-worker for the benchmark: node graphile-worker.js no-op|status|pick-up

process.env.NO_LOG_SUCCESS = '1';

import { compareClocks, micros } from './clock.js';
import { connectionString, obey, say } from './protocol.js';

const { makeWorkerUtils, run } = await import('graphile-worker');

const workload = process.argv[2];

// The settings of the project's own benchmark (perfTest/graphile.config.js).
const CONCURRENT_JOBS = 24;
const throughput = {
  concurrentJobs: CONCURRENT_JOBS,
  maxPoolSize: CONCURRENT_JOBS + 1,
  localQueue: { size: 500, refetchDelay: { durationMs: 10 } },
  completeJobBatchDelay: 0,
  failJobBatchDelay: 0,
};

let began;
let utils;
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

await obey({
  async prepare() {
    utils = await makeWorkerUtils({ connectionString: connectionString() });
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
  async stop() {
    await utils.release();
  },
});
