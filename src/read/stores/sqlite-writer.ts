// Writes of the read models in SQLite, run in the writing thread: one transaction per batch, checkpoint included.
import { WriteConflict, type CollectionSpec } from '../document-store';
import type { SqlValue } from './sqlite-filter';
import { layoutOf, type Layout } from './sqlite-layout';
import { SqliteReader } from './sqlite-reader';

/** A write as it travels to the writing thread: the document as text, the values of its columns beside it. */
export interface RowWrite {
  readonly id: string;
  readonly stamp: bigint;
  readonly loaded: bigint | undefined;
  readonly doc: string | undefined;
  readonly columns: readonly SqlValue[];
}

export interface CheckpointWrite {
  readonly name: string;
  readonly from: bigint | undefined;
  readonly to: bigint;
}

export class SqliteWriter extends SqliteReader {
  constructor(file: string) {
    super(file);
    // Larger pages keep documents out of overflow pages. All of it can be rebuilt: a power cut may cost the last batches.
    this.db.exec('PRAGMA page_size = 16384');
    this.db.prepare('PRAGMA journal_mode = WAL').all();
    this.db.exec('PRAGMA synchronous = NORMAL');
    this.db.prepare('PRAGMA journal_size_limit = 67108864').all();
    this.db.exec(`
      CREATE TABLE IF NOT EXISTS collections (name TEXT PRIMARY KEY NOT NULL, spec TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS checkpoints (name TEXT PRIMARY KEY NOT NULL, position INTEGER NOT NULL) WITHOUT ROWID;
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
      if (indexes === 'now') for (const sql of layout.indexes) this.db.exec(sql);
    });
  }

  drop(collection: string): void {
    if (this.rows('SELECT 1 FROM collections WHERE name = ?', [collection]).length === 0) return;
    const { table, tombstones } = this.layout(collection);
    this.transaction(() => {
      this.db.exec(`DROP TABLE ${table}`);
      this.db.exec(`DROP TABLE ${tombstones}`);
      this.run('DELETE FROM collections WHERE name = ?', [collection]);
    });
  }

  write(collection: string, writes: readonly RowWrite[], checkpoint: CheckpointWrite): void {
    const layout = this.layout(collection);
    this.transaction(() => {
      const { name, from, to } = checkpoint;
      this.once(
        from === undefined
          ? this.run('INSERT INTO checkpoints VALUES (?, ?) ON CONFLICT DO NOTHING', [name, to])
          : this.run('UPDATE checkpoints SET position = ? WHERE name = ? AND position = ?', [to, name, from]),
      );
      for (const row of writes) {
        if (row.doc === undefined) this.bury(layout, row);
        else this.put(layout, row);
      }
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

  private put(layout: Layout, { id, stamp, loaded, doc, columns }: RowWrite): void {
    const { table, tombstones, paths } = layout;
    if (loaded !== undefined) {
      const sets = paths.map((_, i) => `, c${i} = ?`).join('');
      const update = `UPDATE ${table} SET stamp = ?, doc = ?${sets} WHERE id = ? AND stamp = ?`;
      if (this.run(update, [stamp, doc, ...columns, id, loaded]) === 1) return;
      this.once(this.run(`DELETE FROM ${tombstones} WHERE id = ? AND stamp = ?`, [id, loaded]));
    }
    const marks = ['?1', '?2', '?3', ...paths.map((_, i) => `?${i + 4}`)].join();
    const insert = `INSERT INTO ${table} SELECT ${marks} WHERE NOT EXISTS (SELECT 1 FROM ${tombstones} WHERE id = ?1)`;
    this.once(this.run(`${insert} ON CONFLICT DO NOTHING`, [id, stamp, doc, ...columns]));
  }

  private bury({ table, tombstones }: Layout, { id, stamp, loaded }: RowWrite): void {
    if (loaded !== undefined) {
      const moved = this.run(`UPDATE ${tombstones} SET stamp = ? WHERE id = ? AND stamp = ?`, [
        stamp,
        id,
        loaded,
      ]);
      if (moved === 1) return;
      this.once(this.run(`DELETE FROM ${table} WHERE id = ? AND stamp = ?`, [id, loaded]));
    }
    const insert = `INSERT INTO ${tombstones} SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM ${table} WHERE id = ?1)`;
    this.once(this.run(`${insert} ON CONFLICT DO NOTHING`, [id, stamp]));
  }

  private run(sql: string, values: readonly unknown[]): number {
    return this.prepared(sql).run(values).changes;
  }

  private once(changes: number): void {
    if (changes !== 1) throw new WriteConflict('Another projector was faster');
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
