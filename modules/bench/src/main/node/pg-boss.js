// pg-boss for the benchmark: node pg-boss.js no-op|status

import { PgBoss } from 'pg-boss';
import { connectionString, obey } from './protocol.js';

const QUEUE = 'bench';
const ADDED_AT_ONCE = 1000;

const workload = process.argv[2];

// Full batches are followed by the next fetch at once; the interval is the shortest that is allowed.
const work = {
  batchSize: 1000,
  localConcurrency: 4,
  burstWhenBatchFull: true,
  pollingIntervalSeconds: 0.5,
};

const handlers = {
  'no-op': async () => {},
  // In the transaction that completes the batch.
  status: async (jobs, transaction) => {
    for (const job of jobs) {
      await transaction.executeSql("UPDATE items SET status = 'done' WHERE id = $1", [job.data.id]);
    }
  },
};

const boss = new PgBoss({
  connectionString: connectionString(),
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
    for (let first = from; first <= to; first += ADDED_AT_ONCE) {
      const length = Math.min(ADDED_AT_ONCE, to - first + 1);
      await boss.insert(QUEUE, Array.from({ length }, (_, i) => ({ data: { id: first + i } })));
    }
  },
  async work(began) {
    began(); // it fetches at once
    await boss.work(QUEUE, { ...work, transactional: workload === 'status' }, handlers[workload]);
  },
  async rest() {
    await boss.offWork(QUEUE);
  },
  async stop() {
    await boss.stop();
  },
});
