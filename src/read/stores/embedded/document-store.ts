// The document store in an SQLite file of this process: one thread writes, another answers quick queries, two more
// answer slow queries, so that neither a batch nor a slow query holds up requests.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import type { FaultReports } from '../../../supervision/faults';
import {
  DocumentStore,
  idAfter,
  type CellPage,
  type CellsAsked,
  type Checkpoint,
  type CollectionSpec,
  type Doc,
  type Filter,
  type FindOptions,
  type Found,
  type Some,
  type Stamped,
  type Write,
} from '../../document-store';
import { encode } from './sqlite-filter';
import { layoutOf, type Layout } from './sqlite-layout';
import { parsed, SlowQueries } from './slow-queries';
import { SqliteQueries } from './sqlite-queries';
import type { PageText } from './sqlite-reader';
import { scanWrites } from './sqlite-scan';
import { SqliteThread } from './threads/sqlite.client';
import { tokensOf } from './sqlite-terms';
import type { RowWrites, SqliteWriter } from './sqlite-writer';
import { valueAt } from '../../filters/values';

/** Milliseconds a query may take. */
const QUERY_LIMIT = 20_000;
/** Quick queries that may at once turn out to take long, and get a thread each, so that no other waits behind them. */
const APART = 4;
/** Documents up to which the calling thread reads by itself, which is faster; more are left to the writing thread. */
const IN_PLACE = 100;
/** A job reads each page once: a large cache would only grow the process. */
const JOB_CACHE_MB = 8;

export class EmbeddedDocumentStore extends DocumentStore {
  readonly exclusive = true;
  private readonly layouts = new Map<string, Layout>();

  private constructor(
    private readonly near: SqliteQueries,
    private readonly writer?: SqliteThread<SqliteWriter>,
    private readonly reader?: SqliteThread<SqliteQueries>,
    private readonly slow?: SlowQueries,
  ) {
    super();
  }

  /** Opens `read.db` in the data directory; makes it where it is missing. */
  static async open(dataDir: string, faults: FaultReports): Promise<EmbeddedDocumentStore> {
    mkdirSync(dataDir, { recursive: true });
    const file = join(dataDir, 'read.db');
    const writer = SqliteThread.of<SqliteWriter>(file, 'writer', { part: 'document-writer', faults });
    await writer.call('collections');
    const reader = SqliteThread.of<SqliteQueries>(file, 'reader', {
      ...{ part: 'document-reader' as const, faults },
      ...{ limitMs: QUERY_LIMIT, apart: APART },
    });
    return new EmbeddedDocumentStore(
      new SqliteQueries(file),
      writer,
      reader,
      new SlowQueries(file, { faults, limitMs: QUERY_LIMIT }),
    );
  }

  /** Opens `read.db` for the thread of the projections: that thread reads, and the thread behind the port writes. */
  static async openOver(dataDir: string, writer: MessagePort): Promise<EmbeddedDocumentStore> {
    const thread = new SqliteThread<SqliteWriter>(() => writer);
    return new EmbeddedDocumentStore(new SqliteQueries(join(dataDir, 'read.db'), JOB_CACHE_MB), thread);
  }

  /** A port to the thread that writes, for `openOver`; it closes when that thread ends. */
  connect(): MessagePort {
    return this.writing.connect();
  }

  /** Opens `read.db` for the thread of a job: that thread reads by itself, and can write nothing. */
  static async openReadOnly(dataDir: string): Promise<EmbeddedDocumentStore> {
    return new EmbeddedDocumentStore(new SqliteQueries(join(dataDir, 'read.db'), JOB_CACHE_MB));
  }

  async ensure(spec: CollectionSpec, indexes: 'now' | 'later' = 'now'): Promise<void> {
    await this.writing.call('ensure', spec, indexes);
    this.layouts.set(spec.name, layoutOf(spec));
  }

  async drop(collection: string): Promise<void> {
    await this.writing.call('drop', collection);
    this.layouts.delete(collection);
  }

  async collections(): Promise<string[]> {
    return this.near.collections();
  }

  async getSome<D extends Doc>(collection: string, ids: readonly string[]): Promise<Some<D>> {
    const { pages, looked } =
      this.writer && ids.length > IN_PLACE
        ? await this.writer.call('getSome', collection, ids)
        : this.near.getSome(collection, ids);
    const found = new Map<string, Stamped<D>>();
    for (const page of pages) for (const stamped of parse<D>(page)) found.set(stamped.id, stamped);
    return { found, looked };
  }

  async write(collection: string, writes: readonly Write[], checkpoint: Checkpoint): Promise<void> {
    const layout = this.layouts.get(collection);
    if (!layout) throw new Error(`Collection ${collection} was not ensured`);
    const rows: RowWrites = [];
    for (const { id, stamp, loaded, doc } of writes) {
      rows.push(id, stamp, loaded, doc && JSON.stringify(doc));
      for (const path of layout.paths) rows.push(doc && encode(valueAt(doc, path)));
      if (layout.terms) rows.push(doc && tokensOf(valueAt(doc, layout.terms.path)));
    }
    const scans = layout.scanned && scanWrites(layout.scanned, writes);
    await this.writing.call('write', collection, rows, checkpoint, scans);
  }

  async checkpoint(name: string): Promise<bigint | undefined> {
    const position = this.near.checkpoint(name);
    return position === undefined ? undefined : BigInt(position);
  }

  async dropCheckpoint(name: string): Promise<void> {
    await this.writing.call('dropCheckpoint', name);
  }

  async sweep(collection: string, upTo: bigint): Promise<void> {
    await this.writing.call('sweep', collection, upTo);
  }

  async find<D extends Doc>(collection: string, options: FindOptions): Promise<Found<D>> {
    if (!this.reader || !this.slow) return parsed(this.near.find(collection, options));
    const quick = await this.reader.call('quick', collection, options);
    if (!quick) return this.slow.find(collection, options, this.near.ordered(collection, options));
    const { uncounted, ...page } = quick;
    const total = uncounted && { total: await this.slow.count(collection, options.filter) };
    return { ...(await parsed<D>(page)), ...total };
  }

  async count(collection: string, filter?: Filter): Promise<number> {
    return this.reader ? this.reader.call('count', collection, filter) : this.near.count(collection, filter);
  }

  async *scan<D extends Doc>(
    collection: string,
    { from = '', to }: { readonly from?: string; readonly to?: string } = {},
  ): AsyncIterable<Stamped<D>[]> {
    for (let next = from; ;) {
      const texts = this.reader
        ? await this.reader.call('scanPage', collection, next, to)
        : this.near.scanPage(collection, next, to);
      if (texts.length === 0) return;
      const page = texts.flatMap((text) => parse<D>(text));
      yield page;
      next = idAfter(page.at(-1)!.id);
    }
  }

  override async cells(collection: string, asked: CellsAsked): Promise<CellPage | undefined> {
    return this.near.cellPage(collection, asked);
  }

  async getState<V>(key: string): Promise<V | undefined> {
    const text = this.near.state(key);
    return text === undefined ? undefined : (JSON.parse(text) as V);
  }

  async compareAndSet<V>(key: string, expected: V | undefined, next: V | undefined): Promise<boolean> {
    return this.writing.call('compareAndSet', key, json(expected), json(next));
  }

  async setState<V>(key: string, value: V): Promise<void> {
    await this.writing.call('setState', key, JSON.stringify(value));
  }

  async close(): Promise<void> {
    this.near.close();
    await this.reader?.close();
    await this.slow?.close();
    await this.writer?.close();
  }

  private get writing(): SqliteThread<SqliteWriter> {
    if (!this.writer) throw new Error('This document store was opened to read only');
    return this.writer;
  }
}

const json = (value: unknown): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value);

function parse<D extends Doc>(page: PageText): Stamped<D>[] {
  const rows = JSON.parse(`[${page ?? ''}]`) as [string, string, D | null][];
  return rows.map(([id, stamp, doc]) => ({ id, stamp: BigInt(stamp), ...(doc && { doc }) }));
}
