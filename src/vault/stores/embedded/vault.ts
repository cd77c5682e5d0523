// The vault in an SQLite file of its own, fully synced: unlike a read model the vault cannot be made again.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { SealedVault } from '../../sealed-vault';
import type { SealedEntry } from '../../vault';

export const vaultFile = (dataDir: string): string => join(dataDir, 'vault.db');

const PAGE = 500;

type Row = { sealed: Uint8Array };

export class EmbeddedVault extends SealedVault {
  private constructor(
    private readonly db: Database.Database,
    masterKey: Buffer,
  ) {
    super(masterKey);
  }

  /** Opens `vault.db` in a directory. `masterKey`: 32 bytes; rejects with a ConfigError where it is another vault's. */
  static async open(dataDir: string, masterKey: Buffer): Promise<EmbeddedVault> {
    mkdirSync(dataDir, { recursive: true });
    const db = new Database(vaultFile(dataDir));
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    // A removed value is overwritten in the file, not only unlinked.
    db.exec('PRAGMA secure_delete = ON; PRAGMA busy_timeout = 5000;');
    db.exec('CREATE TABLE IF NOT EXISTS vault (place TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID');
    const vault = new EmbeddedVault(db, masterKey);
    try {
      await vault.checkMasterKey();
    } catch (error) {
      await vault.close();
      throw error;
    }
    return vault;
  }

  protected async load(place: string): Promise<Uint8Array | undefined> {
    const row = this.db.prepare('SELECT sealed FROM vault WHERE place = ?').get(place) as Row | undefined;
    return row?.sealed;
  }

  protected async store(place: string, sealed: Buffer): Promise<void> {
    this.db
      .prepare(
        'INSERT INTO vault (place, sealed) VALUES (?, ?) ON CONFLICT DO UPDATE SET sealed = excluded.sealed',
      )
      .run(place, sealed);
  }

  protected async replace(place: string, expected: Uint8Array | undefined, sealed: Buffer): Promise<boolean> {
    const done = expected
      ? this.db
          .prepare('UPDATE vault SET sealed = ? WHERE place = ? AND sealed = ?')
          .run(sealed, place, Buffer.from(expected))
      : this.db
          .prepare('INSERT INTO vault (place, sealed) VALUES (?, ?) ON CONFLICT DO NOTHING')
          .run(place, sealed);
    return done.changes === 1;
  }

  protected async delete(place: string): Promise<boolean> {
    return this.db.prepare('DELETE FROM vault WHERE place = ?').run(place).changes === 1;
  }

  async entries(after = ''): Promise<SealedEntry[]> {
    return this.db
      .prepare(`SELECT place, sealed FROM vault WHERE place > ? ORDER BY place LIMIT ${PAGE}`)
      .all(after) as SealedEntry[];
  }

  async close(): Promise<void> {
    this.db.close();
  }
}
