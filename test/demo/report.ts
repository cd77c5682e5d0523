// Prints the demo's steps, one line each with its time, and progress bars on a terminal.
import { Presets, SingleBar } from 'cli-progress';
import { pause } from '../../src/supervision/pause';
import type { Progress } from './api';

const POLL_MS = 100;
let steps = 0;

/** Runs one step; its result is printed after its time. */
export async function step(title: string, run: () => Promise<string>): Promise<void> {
  const started = performance.now();
  const number = String(++steps).padStart(2);
  if (process.stdout.isTTY) process.stdout.write(`${number}. ${title} …\r`);
  const result = await run();
  const seconds = ((performance.now() - started) / 1000).toFixed(2).padStart(6);
  process.stdout.write(`${number}. ${title.padEnd(46)} ${seconds} s   ${result}\n`);
}

/** Waits for a job, showing its progress. `poll` says when the job has ended. */
export async function follow(
  label: string,
  poll: () => Promise<{ progress?: Progress | undefined; ended: boolean }>,
): Promise<void> {
  const bar = process.stdout.isTTY
    ? new SingleBar(
        { format: `    ${label} {bar} {value}/{total}`, clearOnComplete: true },
        Presets.shades_classic,
      )
    : undefined;
  bar?.start(1, 0);
  try {
    for (;;) {
      const { progress, ended } = await poll();
      if (progress) {
        bar?.setTotal(progress.total);
        bar?.update(progress.done);
      }
      if (ended) return;
      await pause(POLL_MS);
    }
  } finally {
    bar?.stop();
  }
}

export const say = (text: string): void => void process.stdout.write(`${text}\n`);
