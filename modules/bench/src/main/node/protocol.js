// What the benchmark and a peer say to each other: lines on stdin name what is to be done, lines on stdout what has been done.

import { Console } from 'node:console';
import { createInterface } from 'node:readline';
import { micros } from './clock.js';

// Libraries that print must not disturb the lines.
globalThis.console = new Console(process.stderr, process.stderr);

export function say(...words) {
  process.stdout.write(words.join(' ') + '\n');
}

/** A function that says when it was called first. */
export function firstCall() {
  let called = false;
  return () => {
    if (!called) {
      called = true;
      say('began', micros());
    }
  };
}

/**
 * Does what the lines say, one after the other, and stops the peer when there are no more.
 *
 * @param peer prepare() makes it wait for jobs, enqueue(from, to) adds jobs for these items, work() lets it begin, stop() ends it
 */
export async function obey(peer) {
  await peer.prepare();
  say('ready');
  let enqueued = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    const [word, number] = line.split(' ');
    if (word === 'enqueue') {
      const to = enqueued + Number(number);
      await peer.enqueue(enqueued + 1, to);
      enqueued = to;
      say('enqueued');
    } else if (word === 'work') {
      await peer.work();
      say('working');
    } else {
      throw new Error(`'${line}' is not part of the protocol`);
    }
  }
  await peer.stop();
}

/** Ids of items in arrays of at most so many. */
export function* chunks(from, to, size) {
  for (let first = from; first <= to; first += size) {
    const length = Math.min(size, to - first + 1);
    yield Array.from({ length }, (_, i) => first + i);
  }
}
