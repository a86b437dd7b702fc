// What the benchmark and a peer say to each other: lines on stdin name what is to be done, lines on stdout what has been done.

import { Console } from 'node:console';
import { createInterface } from 'node:readline';
import { micros } from './clock.js';

// Libraries that print must not disturb the lines.
globalThis.console = new Console(process.stderr, process.stderr);

/** Where the database is, as PostgreSQL's clients for Node.js take it. */
export function connectionString() {
  const url = new URL(process.env.TURING_DB_URL.replace(/^jdbc:/, ''));
  url.username = encodeURIComponent(process.env.TURING_DB_USER);
  url.password = encodeURIComponent(process.env.TURING_DB_PASSWORD);
  return url.href;
}

export function say(...words) {
  process.stdout.write(words.join(' ') + '\n');
}

/**
 * Does what the lines say, one after the other, and stops the peer when there are no more.
 *
 * @param peer prepare() readies it, enqueue(from, to) adds jobs for these items, work(began) lets it begin and calls began() when
 *     it claims its first job or with each one, rest() ends that without giving it up, and stop() ends all
 */
export async function obey(peer) {
  await peer.prepare();
  say('ready');
  let enqueued = 0;
  let working = false;
  for await (const line of createInterface({ input: process.stdin })) {
    const [word, number] = line.split(' ');
    if (word === 'enqueue') {
      if (working) {
        await peer.rest();
        working = false;
      }
      const to = enqueued + Number(number);
      await peer.enqueue(enqueued + 1, to);
      enqueued = to;
      say('enqueued');
    } else if (word === 'work') {
      working = true;
      await peer.work(saysOnce());
    } else {
      throw new Error(`'${line}' is not part of the protocol`);
    }
  }
  if (working) {
    await peer.rest();
  }
  await peer.stop();
}

/** Says when it is called first. */
function saysOnce() {
  let said = false;
  return () => {
    if (!said) {
      said = true;
      say('began', micros());
    }
  };
}
