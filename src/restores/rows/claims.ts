// Finds conflicts in a restore plan: Claims are the unique values that its rows need to take, compared with what all
// records hold now and with what the plan takes from them. In a scratch file, so that memory stays flat.
import { createHash } from 'node:crypto';
import { ScratchFile } from '../../files/scratch-file';
import type { Frees, UniqueValue } from './unique-moves';

export type Claim = UniqueValue & { readonly objectType: string; readonly recordId: string };

/** What a row is told of values that it waits for. */
export interface Mark {
  /** The row's place in the plan, from 0. */
  readonly row: number;
  readonly property: string;
  readonly heldBy: string;
  /** All that holds values of the row gives them up by the plan, so that the row is carried out. */
  readonly resolved: boolean;
  /** The row's own unique properties whose values other rows wait for. */
  readonly givesWay: readonly string[];
}

const GROUP = 1_000;

/** A digest of a claimed value: it is short, and puts no customer's value into one more file. */
const keyOf = ({ objectType, property, value }: Claim): string =>
  createHash('sha256')
    .update(JSON.stringify([objectType, property, value]))
    .digest('base64');

export class Claims extends ScratchFile {
  private wanted: [key: string, row: number, property: string, recordId: string, archives: boolean][] = [];
  private released: [key: string, row: number, recordId: string, frees: Frees][] = [];
  private held: [key: string, recordId: string][] = [];
  private claimed = 0;

  constructor(folder: string) {
    super(
      folder,
      `CREATE TABLE wanted (key TEXT, row INTEGER, property TEXT, id TEXT, archives INTEGER, PRIMARY KEY (key, row))
         WITHOUT ROWID;
       CREATE TABLE released (key TEXT, id TEXT, row INTEGER, frees TEXT, PRIMARY KEY (key, id)) WITHOUT ROWID;
       CREATE TABLE waits (row INTEGER, property TEXT, held_by TEXT, archives INTEGER, holder INTEGER, frees TEXT,
         PRIMARY KEY (row, property, held_by)) WITHOUT ROWID;
       CREATE TABLE stuck (row INTEGER PRIMARY KEY);`,
    );
  }

  get any(): boolean {
    return this.claimed > 0;
  }

  /** Notes a value that a row needs to take. `archives`: the row puts its record into the bin. */
  claim(row: number, claim: Claim, archives: boolean): void {
    this.claimed++;
    this.wanted.push([keyOf(claim), row, claim.property, claim.recordId, archives]);
    if (this.wanted.length >= GROUP) this.flush();
  }

  /** Notes a value that a record holds now, or for a moment while its row is carried out, and that the row takes from it. */
  releases(row: number, claim: Claim, frees: Frees): void {
    this.released.push([keyOf(claim), row, claim.recordId, frees]);
    if (this.released.length >= GROUP) this.flush();
  }

  /** Notes a value that a record holds now; to be called for all of them, once all claims and releases are known. */
  holds(claim: Claim): void {
    this.held.push([keyOf(claim), claim.recordId]);
    if (this.held.length >= GROUP) this.flush();
  }

  /** Each row that waits for a value, in the order of rows; of several values, it is told one that keeps it back. */
  *marks(): Generator<Mark, void> {
    this.flush();
    // Also where nobody holds the value now: a record that comes back has it for a moment, as has one on its way out.
    this.database.exec(`INSERT OR IGNORE INTO waits
      SELECT w.row, w.property, r.id, w.archives, r.row, r.frees
      FROM released r JOIN wanted w ON w.key = r.key WHERE w.id <> r.id`);
    this.findRivals();
    this.findStuck();
    const page = this.database.prepare(
      `SELECT w.row AS row, s.row IS NULL AS resolved,
         (SELECT json_array(x.property, x.held_by) FROM waits x LEFT JOIN stuck t ON t.row = x.holder
          WHERE x.row = w.row ORDER BY x.holder IS NULL OR t.row IS NOT NULL DESC, x.property LIMIT 1) AS first,
         (SELECT json_group_array(property) FROM
           (SELECT DISTINCT x.property AS property FROM waits x LEFT JOIN stuck t ON t.row = x.row
            WHERE x.holder = w.row AND x.frees = 'emptied' AND t.row IS NULL ORDER BY 1)) AS asked
       FROM (SELECT DISTINCT row FROM waits WHERE row > ? ORDER BY row LIMIT ${GROUP}) w
       LEFT JOIN stuck s ON s.row = w.row ORDER BY w.row`,
    );
    for (let last = -1; ;) {
      const rows = page.all(last) as { row: number; resolved: number; first: string; asked: string }[];
      for (const { row, resolved, first, asked } of rows) {
        const [property, heldBy] = JSON.parse(first) as [string, string];
        const givesWay = resolved ? (JSON.parse(asked) as string[]) : [];
        yield { row, property, heldBy, resolved: resolved === 1, givesWay };
      }
      if (rows.length < GROUP) return;
      last = rows.at(-1)!.row;
    }
  }

  /** Of rows that want one value for good the first has it, whoever holds it now. */
  private findRivals(): void {
    const lasting = 'NOT EXISTS (SELECT 1 FROM released r WHERE r.key = w.key AND r.id = w.id)';
    this.database.exec(`INSERT OR IGNORE INTO waits (row, property, held_by, archives)
      SELECT w.row, w.property, f.id, w.archives FROM wanted w
        JOIN (SELECT w.key, min(w.row) AS row, w.id FROM wanted w WHERE ${lasting} GROUP BY w.key) f
          ON f.key = w.key AND f.row < w.row
        WHERE ${lasting}`);
  }

  /**
   * A row is stuck where a value is not given up, where the row that would give it up is stuck itself, and where that is
   * done too late: of rows that wait, those that put records into the bin come first, in their order.
   */
  private findStuck(): void {
    this.database.exec(`
      CREATE INDEX by_holder ON waits (holder, row, property);
      INSERT INTO stuck WITH RECURSIVE found (row) AS (
        SELECT row FROM waits WHERE holder IS NULL
        UNION SELECT w.row FROM waits w
          WHERE w.archives AND w.frees = 'binned' AND w.holder > w.row AND w.holder IN (SELECT row FROM waits)
        UNION SELECT w.row FROM found f JOIN waits w ON w.holder = f.row
      ) SELECT row FROM found;
    `);
  }

  private flush(): void {
    this.run(
      `INSERT OR IGNORE INTO wanted
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?)`,
      this.wanted.splice(0),
    );
    this.run(
      `INSERT OR IGNORE INTO released (key, row, id, frees)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)`,
      this.released.splice(0),
    );
    this.run(
      `INSERT OR IGNORE INTO waits
         SELECT w.row, w.property, h.value ->> 1, w.archives, r.row, r.frees
         FROM json_each(?) h JOIN wanted w ON w.key = h.value ->> 0
         LEFT JOIN released r ON r.key = w.key AND r.id = h.value ->> 1 WHERE w.id <> h.value ->> 1`,
      this.held.splice(0),
    );
  }

  private run(sql: string, group: readonly unknown[]): void {
    if (group.length > 0) this.database.prepare(sql).run(JSON.stringify(group));
  }
}
