// Finds conflicts in a restore plan: Claims are the unique values that its rows need to take, compared with what all
// records hold now. In a scratch file, so that memory stays flat.
import { createHash } from 'node:crypto';
import { ScratchFile } from '../../files/scratch-file';

export interface Claim {
  readonly objectType: string;
  readonly property: string;
  /** The value in the form in which the property compares values. */
  readonly value: string;
  readonly recordId: string;
}

export interface Conflict {
  /** The row's place in the plan, from 0. */
  readonly row: number;
  readonly property: string;
  readonly heldBy: string;
}

const GROUP = 1_000;

/** A digest of a claimed value: it is short, and puts no customer's value into one more file. */
const keyOf = ({ objectType, property, value }: Claim): string =>
  createHash('sha256')
    .update(JSON.stringify([objectType, property, value]))
    .digest('base64');

export class Claims extends ScratchFile {
  private wanted: [key: string, row: number, property: string, recordId: string][] = [];
  private held: [key: string, recordId: string][] = [];
  private claimed = 0;

  constructor(folder: string) {
    super(
      folder,
      `CREATE TABLE wanted (key TEXT, row INTEGER, property TEXT, id TEXT, PRIMARY KEY (key, row)) WITHOUT ROWID;
       CREATE TABLE conflicts (row INTEGER PRIMARY KEY, property TEXT, held_by TEXT);`,
    );
  }

  get any(): boolean {
    return this.claimed > 0;
  }

  claim(row: number, claim: Claim): void {
    this.claimed++;
    this.wanted.push([keyOf(claim), row, claim.property, claim.recordId]);
    if (this.wanted.length >= GROUP) this.flush();
  }

  /** Notes a value that a record holds now; to be called for all of them, once all claims are known. */
  holds(claim: Claim): void {
    this.held.push([keyOf(claim), claim.recordId]);
    if (this.held.length >= GROUP) this.flush();
  }

  /** The first conflict of each row that has one, in the order of rows. */
  *conflicts(): Generator<Conflict, void> {
    this.flush();
    const page = this.database.prepare(
      `SELECT row, property, held_by AS heldBy FROM conflicts WHERE row > ? ORDER BY row LIMIT ${GROUP}`,
    );
    for (let last = -1; ;) {
      const rows = page.all(last) as Conflict[];
      yield* rows;
      if (rows.length < GROUP) return;
      last = rows.at(-1)!.row;
    }
  }

  private flush(): void {
    this.run(
      `INSERT OR IGNORE INTO wanted
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)`,
      this.wanted.splice(0),
    );
    // Of several conflicts of a row, the one of the first property is kept, so that the order of groups makes no
    // difference.
    this.run(
      `INSERT INTO conflicts
         SELECT w.row, w.property, h.value ->> 1 FROM json_each(?) h JOIN wanted w ON w.key = h.value ->> 0
         WHERE w.id <> h.value ->> 1
       ON CONFLICT (row) DO UPDATE SET property = excluded.property, held_by = excluded.held_by
         WHERE excluded.property < property`,
      this.held.splice(0),
    );
  }

  private run(sql: string, group: readonly unknown[]): void {
    if (group.length > 0) this.database.prepare(sql).run(JSON.stringify(group));
  }
}
