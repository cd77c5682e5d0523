// Prints the demo in 80 columns: each step with its time, what came of it below, and a sign of life while it goes on.
import { pause } from '../../src/supervision/pause';
import type { Progress } from './api';

export const WIDTH = 80;
const INDENT = '    ';
const POLL_MS = 100;
/** On a terminal a line is drawn over; elsewhere a line now and then says that it goes on. */
const { isTTY } = process.stdout;
const ALIVE_MS = isTTY ? 200 : 2_000;

let steps = 0;
/** What the step under way has to say of how far it is. */
let underWay = '';

const write = (text: string): void => void process.stdout.write(text);
export const say = (text = ''): void => write(`${text}\n`);

/** Lines of at most `WIDTH` columns, broken between words, each after the indent. */
export function wrapped(text: string, indent = INDENT, hanging = indent): string[] {
  const lines: string[] = [];
  let line = indent;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = hanging;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

export const tell = (text: string): void => wrapped(text).forEach(say);

/** A point of a list. */
export const point = (text: string): void => wrapped(text, '  - ', INDENT).forEach(say);

/** Runs one step; its time stands behind its title, its result below. */
export async function step(title: string, run: () => Promise<string>): Promise<void> {
  const started = performance.now();
  const head = `${String(++steps).padStart(2)}. ${title}`;
  underWay = '';
  const alive = () => {
    const line = `${head} …${underWay && ` ${underWay}`}`.slice(0, WIDTH - 1);
    write(isTTY ? `\r${line}\u001b[K` : `${line}\n`);
  };
  const beat = setInterval(alive, ALIVE_MS);
  if (isTTY) alive();
  const result = await run().finally(() => clearInterval(beat));
  const seconds = `${((performance.now() - started) / 1000).toFixed(2)} s`;
  const dots = '.'.repeat(Math.max(3, WIDTH - head.length - seconds.length - 2));
  say(`${isTTY ? '\r\u001b[K' : ''}${head} ${dots} ${seconds}`);
  tell(result);
}

/** Waits for a job, telling its progress. `poll` says when the job has ended. */
export async function follow(
  poll: () => Promise<{ progress?: Progress | undefined; ended: boolean }>,
): Promise<void> {
  for (;;) {
    const { progress, ended } = await poll();
    if (progress) underWay = `${progress.done} of ${progress.total}`;
    if (ended) return;
    await pause(POLL_MS);
  }
}
