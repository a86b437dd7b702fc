// What the benchmark and a peer say to each other: lines on stdin name what is to be done, lines on stdout what has been done.

import { Console } from 'node:console';
import { createInterface } from 'node:readline';
import { micros } from './clock.js';

// Libraries that print must not disturb the lines.
globalThis.console = new Console(process.stderr, process.stderr);

export function say(...words) {
  process.stdout.write(words.join(' ') + '\n');
}

/**
 * Does what the lines say, one after the other, and stops the peer when there are no more.
 *
 * @param peer prepare() readies it, enqueue(from, to) adds jobs for these items, work(began) lets it begin and calls began() with
 *     each job, rest() ends that, and stop() ends all
 */
export async function obey(peer) {
  await peer.prepare();
  say('ready');
  let enqueued = 0;
  let working = false;
  for await (const line of createInterface({ input: process.stdin })) {
    const [word, number] = line.split(' ');
    if (word === 'enqueue') {
      const to = enqueued + Number(number);
      await peer.enqueue(enqueued + 1, to);
      enqueued = to;
      say('enqueued');
    } else if (word === 'work') {
      working = true;
      await peer.work(saysOnce());
    } else if (word === 'rest') {
      working = false;
      await peer.rest();
      say('resting');
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
