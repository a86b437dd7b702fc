// The machine's clock in microseconds. Node tells it in milliseconds only, but has a finer one that counts from the start of the
// process and does not follow the machine's when that is adjusted: so the two are compared, and compared anew where it matters.

import { performance } from 'node:perf_hooks';

let ahead = 0;

/** Compares the clocks at the moment at which the coarse one moves on; takes up to a millisecond. */
export function compareClocks() {
  const before = Date.now();
  let now = before;
  while (now === before) {
    now = Date.now();
  }
  ahead = now - performance.now();
}

/** Microseconds since 1970. */
export function micros() {
  return Math.round((performance.now() + ahead) * 1000);
}

compareClocks();
