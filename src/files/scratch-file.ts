// A scratch file is an SQLite database that is thrown away: it holds what would not fit into memory while a job reads
// or sorts.
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';

export class ScratchFile {
  protected readonly database: Database.Database;
  private readonly path: string;

  /**
   * `tables` is SQL. Nothing of the file outlives its use: no journal, no sync. What SQLite caches of it is bounded.
   */
  constructor(folder: string, tables: string) {
    mkdirSync(folder, { recursive: true });
    this.path = join(folder, `${randomUUID()}.sqlite`);
    this.database = new Database(this.path);
    this.unlink();
    this.database.exec(`
      PRAGMA journal_mode = OFF;
      PRAGMA synchronous = OFF;
      PRAGMA cache_size = -16000;
      ${tables}
    `);
  }

  /** Closes and removes the file. */
  close(): void {
    this.database.close();
    this.unlink();
  }

  /**
   * A file without a name is gone with its process, however that ends; Windows removes a file only when it is closed.
   */
  private unlink(): void {
    try {
      rmSync(this.path, { force: true });
    } catch (error) {
      if (process.platform !== 'win32') throw error;
    }
  }
}
