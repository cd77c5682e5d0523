// The SQLite file of an embedded log: its schema, and how events are read from it.
import { join } from 'node:path';
import Database from 'libsql';
import type { Meta, RawEvent, StoredEvent } from '../../event';
import { rowsOfText } from '../../../supervision/text-bytes';
import { PAGE_BYTES, START, STREAM_PAGE_BYTES, type Page, type RawPage } from '../../event-store';

/**
 * SQLite pages that the write-ahead log holds before they go into the main file: 32 MB, so that a page of an index that
 * many appends change goes there once.
 */
const CHECKPOINT_PAGES = 8_000;

/** The system keeps the file's pages too: what is missing here costs a call and no read of the disk. */
const CACHE_MB = 8;

export const logFile = (dataDir: string): string => join(dataDir, 'log.db');

export function openLogFile(dataDir: string): Database.Database {
  const db = new Database(logFile(dataDir));
  db.pragma('busy_timeout = 10000');
  db.pragma('journal_mode = WAL');
  db.exec('PRAGMA synchronous = FULL');
  db.exec(`PRAGMA cache_size = ${-CACHE_MB * 1024}`);
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  return db;
}

/**
 * Makes the tables that are missing; a log without an id gets `newLogId`. The writer gives dense positions from 0 on.
 */
export function createSchema(db: Database.Database, newLogId: string): void {
  db.exec(`
    CREATE TABLE IF NOT EXISTS log (id TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS events (
      position INTEGER PRIMARY KEY,
      stream TEXT NOT NULL,
      revision INTEGER NOT NULL,
      id TEXT NOT NULL,
      type TEXT NOT NULL,
      recorded_at INTEGER NOT NULL,
      data TEXT NOT NULL,
      meta TEXT NOT NULL
    );
    CREATE UNIQUE INDEX IF NOT EXISTS events_by_stream ON events (stream, revision);
  `);
  db.prepare('INSERT INTO log SELECT ? WHERE NOT EXISTS (SELECT 1 FROM log)').run([newLogId]);
}

type RowOf<Data, Metadata> = [
  position: number,
  stream: string,
  revision: number,
  id: string,
  type: string,
  recordedAt: number,
  data: Data,
  meta: Metadata,
];
type Row = RowOf<string, string>;
type ParsedRow = RowOf<unknown, Meta>;
type RawRow = RowOf<Buffer, Buffer>;
const COLUMNS = 'position, stream, revision, id, type, recorded_at, data, meta';
/** A text result would be cut at a NUL, and what is no UTF-8 would be replaced. */
const RAW_COLUMNS =
  'position, stream, revision, id, type, recorded_at, CAST(data AS BLOB), CAST(meta AS BLOB)';
/** A row as JSON text. Rows of a page of the log are fetched in groups, a text each: a row by itself costs 7 µs. */
const ROW_TEXT = `'[' || position || ',' || json_quote(stream) || ',' || revision || ',' || json_quote(id) || ',' ||
  json_quote(type) || ',' || recorded_at || ',' || data || ',' || meta || ']'`;
/** Figures of a row and the lengths of its texts, in bytes; the texts of all rows follow one another in one blob. */
const RAW_FIGURES = `position || ',' || revision || ',' || recorded_at || ',' || octet_length(stream) || ',' ||
  octet_length(id) || ',' || octet_length(type) || ',' || octet_length(data) || ',' || octet_length(meta)`;
/** `concat` keeps a NUL in a text, and what is no UTF-8. */
const RAW_TEXTS = `CAST(group_concat(concat(stream, id, type, data, meta), '') AS BLOB)`;
/** About what a row's text has beside payload and metadata. */
const BESIDE_BYTES = 150;
/** Rows of one stream that are read at once, at 7 µs each. */
const MANY = 1_000;

/** Counts events and their bytes. SQLite knows a text's length without reading it: 4 % of the cost of reading. */
const sizeOf = (events: string) =>
  `SELECT count(*), sum(octet_length(data) + octet_length(meta)) FROM (SELECT data, meta FROM ${events})`;
/** Counts the events that make up a page of `bytes`. */
const fitting = (events: string, order: string, bytes: number) =>
  `SELECT count(*) FROM (SELECT sum(bytes) OVER (ORDER BY ${order}) - bytes AS before FROM
     (SELECT position, octet_length(data) + octet_length(meta) AS bytes FROM ${events})) WHERE before < ${bytes}`;
const AFTER = 'events WHERE position > ? ORDER BY position LIMIT ?';
const OF_STREAM = 'events WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?';
const BACK = 'events WHERE stream = ? AND revision <= ? ORDER BY revision DESC LIMIT ?';
const LAST_REVISION = Number.MAX_SAFE_INTEGER;

type Size = [count: number, bytes: number | null];

export class LogReader {
  private readonly onwards;
  private readonly back;
  private readonly byPosition;
  private readonly rawAfter;
  private readonly sizeAfter;
  private readonly fittingAfter;
  private readonly backwards;
  private readonly last;

  constructor(private readonly db: Database.Database) {
    const ofStream = (events: string, order: string) => ({
      rows: db.prepare(`SELECT ${COLUMNS} FROM ${events}`).raw(),
      raw: db.prepare(`SELECT ${RAW_COLUMNS} FROM ${events}`).raw(),
      size: db.prepare(sizeOf(events)).raw(),
      fitting: db.prepare(fitting(events, order, STREAM_PAGE_BYTES)).raw(),
    });
    // Positions of a stream rise with its revisions.
    this.onwards = ofStream(OF_STREAM, 'position');
    this.back = ofStream(BACK, 'position DESC');
    this.byPosition = db
      .prepare(`SELECT group_concat(${ROW_TEXT}) FROM (SELECT ${COLUMNS} FROM ${AFTER})`)
      .raw();
    this.rawAfter = db
      .prepare(`SELECT group_concat(${RAW_FIGURES}), ${RAW_TEXTS} FROM (SELECT ${COLUMNS} FROM ${AFTER})`)
      .raw();
    this.sizeAfter = db.prepare(sizeOf(AFTER)).raw();
    this.fittingAfter = db.prepare(fitting(AFTER, 'position', PAGE_BYTES)).raw();
    this.backwards = db
      .prepare(`SELECT ${COLUMNS} FROM events WHERE position <= ? ORDER BY position DESC LIMIT 1`)
      .raw();
    this.last = db.prepare('SELECT max(position) FROM events').raw();
  }

  logId(): string {
    return (this.db.prepare('SELECT id FROM log').raw().get() as [string])[0];
  }

  read(stream: string, fromRevision: number): Page {
    return page(this.onwards, stream, fromRevision);
  }

  readRaw(stream: string, fromRevision: number): RawPage {
    const { most, end } = pageOf(this.onwards, stream, fromRevision);
    return { events: (this.onwards.raw.all([stream, fromRevision, most]) as RawRow[]).map(toRaw), end };
  }

  readBack(stream: string, fromRevision = LAST_REVISION): Page {
    return page(this.back, stream, fromRevision);
  }

  readAll(after: bigint, limit: number): Page {
    const events: StoredEvent[] = [];
    let from = Number(after);
    const { most, some, end } = this.pageAfter(from, limit);
    while (events.length < most) {
      const [text] = this.byPosition.get([from, Math.min(some, most - events.length)]) as [string];
      const rows = JSON.parse(`[${text}]`) as ParsedRow[];
      for (const row of rows) events.push(eventOf(row));
      from = rows.at(-1)![0];
    }
    return { events, end };
  }

  readAllRaw(after: bigint, limit: number): RawPage {
    const from = Number(after);
    const events: RawEvent[] = [];
    const { most, some, end } = this.pageAfter(from, limit);
    while (events.length < most) {
      const asked = [Number(events.at(-1)?.position ?? from), Math.min(some, most - events.length)];
      const [figures, texts] = this.rawAfter.get(asked) as [string, Buffer];
      events.push(...rawEvents(JSON.parse(`[${figures}]`) as number[], texts));
    }
    return { events, end };
  }

  /** How many events make up the page after a position, and some of them a text. */
  private pageAfter(from: number, limit: number): { most: number; some: number; end: boolean } {
    const [count, bytes] = this.sizeAfter.get([from, limit]) as Size;
    const most = (bytes ?? 0) <= PAGE_BYTES ? count : (this.fittingAfter.get([from, limit]) as [number])[0];
    const some = rowsOfText(count, (bytes ?? 0) + count * BESIDE_BYTES);
    return { most, some, end: most === count && count < limit };
  }

  lastAt(position: bigint): StoredEvent | undefined {
    return (this.backwards.all([Number(position)]) as Row[]).map(toEvent)[0];
  }

  head(): bigint {
    const [last] = this.last.get([]) as [number | null];
    return last === null ? START : BigInt(last);
  }

  close(): void {
    this.db.close();
  }
}

type OfStream = Readonly<Record<'rows' | 'raw' | 'size' | 'fitting', Database.Statement>>;

function page(statements: OfStream, stream: string, fromRevision: number): Page {
  const { most, end } = pageOf(statements, stream, fromRevision);
  return { events: (statements.rows.all([stream, fromRevision, most]) as Row[]).map(toEvent), end };
}

/** How many events make up the page of a stream from a revision on. */
function pageOf({ size, fitting }: OfStream, stream: string, fromRevision: number) {
  const asked = [stream, fromRevision, MANY];
  const [count, bytes] = size.get(asked) as Size;
  const most = (bytes ?? 0) <= STREAM_PAGE_BYTES ? count : (fitting.get(asked) as [number])[0];
  return { most, end: most === count && count < MANY };
}

const toEvent = (row: Row): StoredEvent => {
  const [position, stream, revision, id, type, recordedAt, data, meta] = row;
  return eventOf([
    ...([position, stream, revision, id, type, recordedAt] as const),
    ...([JSON.parse(data), JSON.parse(meta)] as [unknown, Meta]),
  ]);
};

const eventOf = ([position, stream, revision, id, type, recordedAt, data, meta]: ParsedRow): StoredEvent => ({
  id,
  type,
  data,
  meta,
  stream,
  revision,
  position: BigInt(position),
  recordedAt: meta.origin?.recordedAt ?? recordedAt,
});

const FIGURES = 8;

/** Payloads and metadata are parts of `texts`. */
function rawEvents(figures: readonly number[], texts: Buffer): RawEvent[] {
  const events: RawEvent[] = [];
  let at = 0;
  const text = (length: number): string => texts.toString('utf8', at, (at += length));
  const bytes = (length: number): Buffer => texts.subarray(at, (at += length));
  for (let i = 0; i < figures.length; i += FIGURES) {
    const [position, revision, recordedAt] = [figures[i]!, figures[i + 1]!, figures[i + 2]!];
    const [stream, id, type] = [text(figures[i + 3]!), text(figures[i + 4]!), text(figures[i + 5]!)];
    const [data, meta] = [bytes(figures[i + 6]!), bytes(figures[i + 7]!)];
    events.push(toRaw([position, stream, revision, id, type, recordedAt, data, meta]));
  }
  return events;
}

const ORIGIN = Buffer.from('"origin":');

const toRaw = ([position, stream, revision, id, type, recordedAt, data, meta]: RawRow): RawEvent => ({
  ...{ id, type, data, meta, stream, revision, position: BigInt(position) },
  recordedAt: meta.includes(ORIGIN) ? originalTime(meta, recordedAt) : recordedAt,
});

/** Of an event from another log: when it was recorded first. Metadata that is no JSON tells nothing. */
function originalTime(meta: Buffer, recordedAt: number): number {
  try {
    return (JSON.parse(meta.toString()) as Meta).origin?.recordedAt ?? recordedAt;
  } catch {
    return recordedAt;
  }
}
