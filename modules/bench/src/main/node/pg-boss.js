// pg-boss for the benchmark: node pg-boss.js no-op|status

import { PgBoss } from 'pg-boss';
import { chunks, firstCall, obey } from './protocol.js';

const QUEUE = 'bench';
const ADDED_AT_ONCE = 1000;

const workload = process.argv[2];
const began = firstCall();

// Full batches are followed by the next fetch at once; the interval is the shortest that is allowed.
const work = {
  batchSize: 500,
  localConcurrency: 4,
  burstWhenBatchFull: true,
  pollingIntervalSeconds: 0.5,
};

const handlers = {
  'no-op': async () => began(),
  // In the transaction that completes the batch.
  status: async (jobs, transaction) => {
    began();
    for (const job of jobs) {
      await transaction.executeSql("UPDATE items SET status = 'done' WHERE id = $1", [job.data.id]);
    }
  },
};

const boss = new PgBoss({
  connectionString: process.env.DATABASE_URL,
  max: 2 * work.localConcurrency,
  schedule: false,
  supervise: false,
});
boss.on('error', (error) => console.error(error));
boss.on('warning', (warning) => console.error(warning));

await obey({
  async prepare() {
    await boss.start();
    await boss.createQueue(QUEUE);
  },
  async enqueue(from, to) {
    for (const ids of chunks(from, to, ADDED_AT_ONCE)) {
      await boss.insert(QUEUE, ids.map((id) => ({ data: { id } })));
    }
  },
  async work() {
    await boss.work(QUEUE, { ...work, transactional: workload === 'status' }, handlers[workload]);
  },
  async stop() {
    await boss.stop();
  },
});
