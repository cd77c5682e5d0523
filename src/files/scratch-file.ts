// A SQLite database that is thrown away: what would not fit into memory while something is read or put into order.
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';

export class ScratchFile {
  protected readonly database: Database.Database;
  private readonly path: string;

  /** Nothing of it outlives the attempt: no journal, no sync. What it caches of its pages is bounded, too. */
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

  /** A file without a name is gone with its process, however that ends; Windows lets it go only when it is closed. */
  private unlink(): void {
    try {
      rmSync(this.path, { force: true });
    } catch (error) {
      if (process.platform !== 'win32') throw error;
    }
  }
}
