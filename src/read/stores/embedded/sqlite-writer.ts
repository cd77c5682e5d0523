// Writes documents into SQLite, in the writing thread: one transaction per batch, checkpoint included.
import { WriteConflict, type CollectionSpec } from '../../document-store';
import type { SqlValue } from './sqlite-condition';
import { layoutOf, type Layout } from './sqlite-layout';
import { scanName, SqliteReader } from './sqlite-reader';
import { rowIdOf, type LaidTerms } from './sqlite-terms';
import { MOST_COLUMNS, type ScanTable, type ScanWrites, type Shape } from './sqlite-scan';

/**
 * Writes as they travel to the writing thread, one after another in one list, which is copied faster than objects: id,
 * stamp, stamp loaded with, document as text (undefined: a tombstone), the values of the layout's columns, then, where the
 * layout has terms, those as tokens.
 */
export type RowWrites = (string | bigint | undefined | SqlValue)[];

/** Documents of one insert statement. */
const AT_ONCE = 16;

export interface CheckpointWrite {
  readonly name: string;
  readonly from: bigint | undefined;
  readonly to: bigint;
}

export class SqliteWriter extends SqliteReader {
  constructor(file: string) {
    super(file);
    // Larger pages keep documents out of overflow pages. A power cut may cost the last batches: the log still has them.
    this.db.exec('PRAGMA page_size = 16384');
    this.db.prepare('PRAGMA journal_mode = WAL').all();
    this.db.exec('PRAGMA synchronous = NORMAL');
    this.db.prepare('PRAGMA journal_size_limit = 67108864').all();
    this.db.exec(`
      CREATE TABLE IF NOT EXISTS collections (name TEXT PRIMARY KEY NOT NULL, spec TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS checkpoints (name TEXT PRIMARY KEY NOT NULL, position INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS scans (collection TEXT NOT NULL, kind TEXT NOT NULL, number INTEGER NOT NULL,
        paths TEXT NOT NULL, PRIMARY KEY (collection, kind)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS scan_nuls (collection TEXT NOT NULL, kind TEXT NOT NULL, path TEXT NOT NULL,
        PRIMARY KEY (collection, kind, path)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
    `);
  }

  ensure(spec: CollectionSpec, indexes: 'now' | 'later'): void {
    const layout = layoutOf(spec);
    const text = JSON.stringify(spec);
    const [row] = this.rows('SELECT spec FROM collections WHERE name = ?', [spec.name]);
    if (row && row[0] !== text)
      throw new Error(`The indexes of ${spec.name} changed: raise the version of its projection`);
    this.transaction(() => {
      if (!row) this.run('INSERT INTO collections VALUES (?, ?)', [spec.name, text]);
      for (const sql of layout.tables) this.db.exec(sql);
      const made = indexes === 'now' ? layout.indexes : layout.indexes.slice(0, layout.sought);
      for (const sql of made) this.db.exec(sql);
    });
  }

  drop(collection: string): void {
    if (this.rows('SELECT 1 FROM collections WHERE name = ?', [collection]).length === 0) return;
    const { table, tombstones, terms } = this.layout(collection);
    this.transaction(() => {
      this.db.exec(`DROP TABLE ${table}`);
      this.db.exec(`DROP TABLE ${tombstones}`);
      if (terms) this.db.exec(`DROP TABLE ${terms.table}`);
      for (const scan of this.scanNames(collection)) this.db.exec(`DROP TABLE ${scan}`);
      this.run('DELETE FROM scans WHERE collection = ?', [collection]);
      this.run('DELETE FROM scan_nuls WHERE collection = ?', [collection]);
      this.run('DELETE FROM collections WHERE name = ?', [collection]);
    });
  }

  write(collection: string, rows: RowWrites, checkpoint: CheckpointWrite, scans?: ScanWrites): void {
    const layout = this.layout(collection);
    const columnsEnd = layout.paths.length + 4;
    const width = columnsEnd + (layout.terms ? 1 : 0);
    this.transaction(() => {
      const { name, from, to } = checkpoint;
      this.once(
        from === undefined
          ? this.run('INSERT INTO checkpoints VALUES (?, ?) ON CONFLICT DO NOTHING', [name, to])
          : this.run('UPDATE checkpoints SET position = ? WHERE name = ? AND position = ?', [to, name, from]),
      );
      const buried = this.rows(`SELECT EXISTS (SELECT 1 FROM ${layout.tombstones})`)[0]?.[0] !== 0;
      const fresh: unknown[] = [];
      for (let at = 0; at < rows.length; at += width) {
        const [id, stamp, loaded, doc, ...columns] = rows.slice(at, at + columnsEnd);
        if (doc === undefined) this.bury(layout, id, stamp, loaded);
        else if (loaded === undefined && !buried) fresh.push(id, stamp, doc, ...columns);
        else this.put(layout, [id, stamp, doc, ...columns], loaded);
        if (layout.terms) this.index(layout.terms, id as string, rows[at + columnsEnd], loaded !== undefined);
      }
      const inserted = this.insert(`INTO ${layout.table}`, fresh, columnsEnd - 1, ' ON CONFLICT DO NOTHING');
      if (inserted !== fresh.length / (columnsEnd - 1)) throw conflict();
      if (scans) this.scan(collection, scans);
    });
  }

  sweep(collection: string, upTo: bigint): void {
    this.run(`DELETE FROM ${this.layout(collection).tombstones} WHERE stamp <= ?`, [upTo]);
  }

  dropCheckpoint(name: string): void {
    this.run('DELETE FROM checkpoints WHERE name = ?', [name]);
  }

  setState(key: string, value: string): void {
    this.run('INSERT INTO state VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value', [
      key,
      value,
    ]);
  }

  compareAndSet(key: string, expected: string | undefined, next: string | undefined): boolean {
    if (expected === undefined)
      return next === undefined
        ? this.state(key) === undefined
        : this.run('INSERT INTO state VALUES (?, ?) ON CONFLICT DO NOTHING', [key, next]) === 1;
    return next === undefined
      ? this.run('DELETE FROM state WHERE key = ? AND value = ?', [key, expected]) === 1
      : this.run('UPDATE state SET value = ? WHERE key = ? AND value = ?', [next, key, expected]) === 1;
  }

  override close(): void {
    this.db.exec('PRAGMA optimize');
    super.close();
  }

  /** Inserts several rows by one statement: a call costs as much as a row. Returns how many rows were inserted. */
  private insert(into: string, values: readonly unknown[], width: number, otherwise = ''): number {
    const row = `(${'?,'.repeat(width - 1)}?)`;
    let inserted = 0;
    for (let at = 0; at < values.length;) {
      const count = values.length - at >= AT_ONCE * width ? AT_ONCE : 1;
      const sql = `INSERT ${into} VALUES ${`${row},`.repeat(count - 1)}${row}${otherwise}`;
      inserted += this.run(sql, values.slice(at, (at += count * width)));
    }
    return inserted;
  }

  private scan(collection: string, { shapes, gone }: ScanWrites): void {
    for (const { shape, rows } of shapes) {
      const { table, paths } = this.scanTableFor(collection, shape);
      for (const path of shape.nuls)
        this.run('INSERT INTO scan_nuls VALUES (?, ?, ?) ON CONFLICT DO NOTHING', [
          collection,
          shape.kind,
          path,
        ]);
      const slots = new Map(paths.map((path, slot) => [path, `v${slot}`]));
      const columns = ['id', ...shape.paths.map((path) => slots.get(path))];
      const kept = columns.filter((column) => column !== undefined);
      const values =
        kept.length === columns.length
          ? rows
          : rows.filter((_, i) => columns[i % columns.length] !== undefined);
      this.insert(`OR REPLACE INTO ${table} (${kept.join()})`, values, kept.length);
    }
    if (gone.length > 0)
      for (const table of this.scanNames(collection))
        this.run(`DELETE FROM ${table} WHERE id IN (SELECT value FROM json_each(?))`, [JSON.stringify(gone)]);
  }

  /** The narrow table of a kind, made to have a column for each path of the shape. */
  private scanTableFor(collection: string, { kind, paths }: Shape): ScanTable {
    let found = this.scanTable(collection, kind);
    if (!found) {
      const number = this.scanNames(collection).length;
      this.run('INSERT INTO scans VALUES (?, ?, ?, ?)', [collection, kind, number, '[]']);
      found = { table: scanName(collection, number), paths: [], nuls: NONE };
      this.db.exec(`CREATE TABLE ${found.table} (id PRIMARY KEY NOT NULL) WITHOUT ROWID`);
    }
    const { table } = found;
    const known = new Set(found.paths);
    const added = paths.filter((path) => !known.has(path)).slice(0, MOST_COLUMNS - known.size);
    if (added.length === 0) return found;
    const all = [...found.paths, ...added];
    added.forEach((_, i) => this.db.exec(`ALTER TABLE ${table} ADD COLUMN v${known.size + i}`));
    const text = JSON.stringify(all);
    this.run('UPDATE scans SET paths = ? WHERE collection = ? AND kind = ?', [text, collection, kind]);
    return { ...found, paths: all };
  }

  private scanNames(collection: string): string[] {
    const rows = this.rows('SELECT number FROM scans WHERE collection = ?', [collection]);
    return rows.map(([number]) => scanName(collection, Number(number)));
  }

  /** A list that takes the place of another: the index has no contents that could say which texts are new. */
  private index({ table }: LaidTerms, id: string, tokens: unknown, isChanged: boolean): void {
    if (isChanged) this.run(`DELETE FROM ${table} WHERE rowid = ?`, [rowIdOf(id)]);
    if (tokens !== undefined)
      this.run(`INSERT INTO ${table} (rowid, terms) VALUES (?, ?)`, [rowIdOf(id), tokens]);
  }

  private put({ table, tombstones, update }: Layout, row: readonly unknown[], loaded: unknown): void {
    const [id] = row;
    if (loaded !== undefined) {
      if (this.run(update, [...row, loaded]) === 1) return;
      this.once(this.run(`DELETE FROM ${tombstones} WHERE id = ? AND stamp = ?`, [id, loaded]));
    } else if (this.rows(`SELECT 1 FROM ${tombstones} WHERE id = ?`, [id]).length > 0) throw conflict();
    const marks = row.map(() => '?').join();
    this.once(this.run(`INSERT INTO ${table} VALUES (${marks}) ON CONFLICT DO NOTHING`, row));
  }

  private bury({ table, tombstones }: Layout, id: unknown, stamp: unknown, loaded: unknown): void {
    if (loaded !== undefined) {
      const again = `UPDATE ${tombstones} SET stamp = ? WHERE id = ? AND stamp = ?`;
      if (this.run(again, [stamp, id, loaded]) === 1) return;
      this.once(this.run(`DELETE FROM ${table} WHERE id = ? AND stamp = ?`, [id, loaded]));
    } else if (this.rows(`SELECT 1 FROM ${table} WHERE id = ?`, [id]).length > 0) throw conflict();
    this.once(this.run(`INSERT INTO ${tombstones} VALUES (?, ?) ON CONFLICT DO NOTHING`, [id, stamp]));
  }

  private run(sql: string, values: readonly unknown[]): number {
    return this.prepared(sql).run(values).changes;
  }

  private once(changes: number): void {
    if (changes !== 1) throw conflict();
  }

  private transaction(work: () => void): void {
    this.db.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.db.exec('COMMIT');
    } catch (error) {
      this.db.exec('ROLLBACK');
      throw error;
    }
  }
}

const NONE: ReadonlySet<string> = new Set();
const conflict = () => new WriteConflict('Another projector was faster');
