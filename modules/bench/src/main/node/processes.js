// A peer that works in several processes of the same program: the first one does what the benchmark says, the others only work.

import { fork } from 'node:child_process';
import { once } from 'node:events';

/** In the first process: work() and rest() of so many others. */
export function several(count) {
  const stdio = ['ignore', process.stderr, process.stderr, 'ipc'];
  const others = Array.from({ length: count }, () => fork(process.argv[1], process.argv.slice(2), { stdio }));
  for (const other of others) {
    other.on('exit', (code) => {
      if (other.connected || code !== 0) {
        throw new Error(`one of the processes has ended with exit code ${code}`);
      }
    });
  }
  return {
    async work(began) {
      for (const other of others) {
        other.once('message', began);
        other.send('work');
      }
    },
    async rest() {
      await Promise.all(
        others.map(async (other) => {
          other.removeAllListeners('message');
          const rested = waitFor(other, 'resting');
          other.send('rest');
          await rested;
        }),
      );
    },
    async stop() {
      await Promise.all(
        others.map(async (other) => {
          const ended = once(other, 'exit');
          other.disconnect();
          await ended;
        }),
      );
    },
  };
}

async function waitFor(other, word) {
  let message;
  while (message !== word) {
    [message] = await once(other, 'message');
  }
}

/** Whether this is one of the others. */
export const isOther = process.send !== undefined;

/** In one of the others: works and rests when it is told so, and says when it begins, until it is let go. */
export function obeyFirst(peer) {
  process.on('message', async (word) => {
    if (word === 'work') {
      let begun = false;
      await peer.work(() => {
        if (!begun) {
          begun = true;
          process.send('began');
        }
      });
    } else {
      await peer.rest();
      process.send('resting');
    }
  });
  process.on('disconnect', () => process.exit(0));
}
