// The thread that writes an embedded log: all appends that wait go into one transaction, each judged by itself.
import { randomUUID } from 'node:crypto';
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import type Database from 'libsql';
import { createSchema, LogReader, openLogFile } from './log-file';

/** Appends one after another: stream, expected revision, number of events, then id, type, data, meta of each. */
export type Appends = (string | number)[];

/** Two numbers for each append: revision and position of its last event, or MOVED_ON and -1 at a wrong revision. */
export type Outcomes = number[];
export const MOVED_ON = -2;

export type FromWriter =
  | { readonly ready: { logId: string } }
  | { readonly outcomes: Outcomes }
  /** The disk is full: the next `full` appends were not written, later ones may be. */
  | { readonly full: number; readonly reason: string }
  | { readonly closed: true };

/** `null` asks the thread to end. */
export type ToWriter = Appends | null;

class LogWriter {
  private readonly insert;
  private readonly idsFrom;
  private readonly tail;
  private next = 0;
  private recordedAt = 0;

  constructor(private readonly db: Database.Database) {
    // The condition makes the index lookup of the stream's revision part of the insert: one call for both.
    this.insert = db.prepare(
      `INSERT INTO events (position, stream, revision, id, type, recorded_at, data, meta)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
       WHERE coalesce((SELECT max(revision) FROM events WHERE stream = ?2), -1) = ?3 - 1`,
    );
    this.idsFrom = db
      .prepare(
        'SELECT id, revision, position FROM events WHERE stream = ? AND revision > ? ORDER BY revision LIMIT ?',
      )
      .raw();
    this.tail = db.prepare('SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1').raw();
    this.seekEnd();
  }

  /** Writes groups of appends in one synced transaction; rolls all of them back where it throws. */
  write(groups: readonly Appends[]): Outcomes {
    // The log's time never steps back, whatever the clock does.
    this.recordedAt = Math.max(this.recordedAt, Date.now());
    const outcomes: Outcomes = [];
    this.db.exec('BEGIN IMMEDIATE');
    try {
      for (const group of groups)
        for (let at = 0; at < group.length; at += 3 + 4 * (group[at + 2] as number))
          this.append(group, at, outcomes);
      this.db.exec('COMMIT');
    } catch (error) {
      if (this.db.inTransaction) this.db.exec('ROLLBACK');
      this.seekEnd();
      throw error;
    }
    return outcomes;
  }

  private append(group: Appends, at: number, outcomes: Outcomes): void {
    const stream = group[at] as string;
    const expected = group[at + 1] as number;
    const count = group[at + 2] as number;
    for (let index = 0; index < count; index++) {
      const from = at + 3 + 4 * index;
      const { changes } = this.insert.run([
        this.next,
        stream,
        expected + 1 + index,
        group[from],
        group[from + 1],
        this.recordedAt,
        group[from + 2],
        group[from + 3],
      ]);
      if (changes === 0) return this.repeated(group, at, outcomes);
      this.next++;
    }
    outcomes.push(expected + count, this.next - 1);
  }

  /** An append whose events already stand where the append would put them is answered as it was the first time. */
  private repeated(group: Appends, at: number, outcomes: Outcomes): void {
    const [stream, expected, count] = group.slice(at, at + 3) as [string, number, number];
    const stored = this.idsFrom.all([stream, expected, count]) as [string, number, number][];
    const same = stored.length === count && stored.every(([id], index) => id === group[at + 3 + 4 * index]);
    const last = stored.at(-1);
    if (same && last) outcomes.push(last[1], last[2]);
    else outcomes.push(MOVED_ON, -1);
  }

  private seekEnd(): void {
    const [last] = this.tail.all([]) as [number, number][];
    this.next = last ? last[0] + 1 : 0;
    this.recordedAt = last ? last[1] : 0;
  }
}

function serve(port: MessagePort, dataDir: string): void {
  const post = (message: FromWriter) => port.postMessage(message);
  const db = openLogFile(dataDir);
  createSchema(db, randomUUID());
  const writer = new LogWriter(db);

  port.on('message', (first: ToWriter) => {
    const groups: Appends[] = [];
    let ending = false;
    // All appends that came while the last transaction was being synced go into this one.
    for (let message: ToWriter | undefined = first; message !== undefined; message = waiting(port))
      if (message) groups.push(message);
      else ending = true;
    if (groups.length > 0) {
      try {
        post({ outcomes: writer.write(groups) });
      } catch (error) {
        // After any error but a full disk nobody knows what is on disk: the error ends the thread, and all appends.
        if (!(error instanceof Error && 'code' in error && error.code === 'SQLITE_FULL')) throw error;
        post({ full: groups.reduce((sum, group) => sum + countAppends(group), 0), reason: error.message });
      }
    }
    if (!ending) return;
    db.close();
    post({ closed: true });
    port.close();
  });
  post({ ready: { logId: new LogReader(db).logId() } });
}

const waiting = (port: MessagePort) =>
  (receiveMessageOnPort(port) as { message: ToWriter } | undefined)?.message;

function countAppends(group: Appends): number {
  let count = 0;
  for (let at = 0; at < group.length; at += 3 + 4 * (group[at + 2] as number)) count++;
  return count;
}

// Other threads load this file, too, for what it exports: only the thread that was started to write is given `logDir`.
const { logDir } = (workerData ?? {}) as { logDir?: string };
if (parentPort && logDir !== undefined) serve(parentPort, logDir);
