// Follows a job of the server to its end, with a bar on a terminal.
import { setTimeout as pause } from 'node:timers/promises';
import { NotTrue, type Say } from '../command';
import { bar, progressOf } from '../progress';
import type { ServerClient } from './server-client';

/** Short jobs are told of at once, long ones asked about less often. */
const SOONEST_MS = 50;
const LATEST_MS = 500;

export interface Job {
  readonly status: string;
  readonly progress?: { readonly done: number; readonly total: number };
}

const GOING: ReadonlySet<string> = new Set(['QUEUED', 'RUNNING', 'PLANNING']);

/** The job at a path, once it is over, however it has ended. `what`: what its progress counts. */
export async function ended<T extends Job>(
  server: ServerClient,
  path: string,
  what: string,
  say: Say,
): Promise<T> {
  return followed(() => server.get<T>(path), what, say);
}

/** The same of what reads a job and shapes it. */
export async function followed<T extends Job>(read: () => Promise<T>, what: string, say: Say): Promise<T> {
  const progress = progressOf(say);
  for (let wait = SOONEST_MS; ; wait = Math.min(2 * wait, LATEST_MS)) {
    const job = await read();
    if (!GOING.has(job.status)) return job;
    if (job.progress) progress(bar(job.progress, what));
    await pause(wait);
  }
}

/** What is said of a job that did not end well: `Backup 17: failed: …`. */
export const endedAs = (what: string, status: string, error?: string): NotTrue =>
  new NotTrue(`${what}: ${status.toLowerCase()}${error ? `: ${error}` : ''}`);
