// Which record here is which of the ZIP, in a scratch file: made again from the list that the passes over records keep.
import { breathe } from '../../eventsourcing/breath';
import type { Files } from '../../files/files';
import type { KeptList } from '../../files/kept-list';
import { linesOf } from '../../files/lines';
import { ScratchFile } from '../../files/scratch-file';

type Noted = [objectType: string, there: string, here: string | null];

/** Rows written at once: a moment's work. */
const BATCH = 500;

export class LoadedIds extends ScratchFile {
  private readonly insert;
  private readonly look;

  static async of(files: Files, list: KeptList | undefined, folder: string): Promise<LoadedIds> {
    const ids = new LoadedIds(folder);
    try {
      let batch: Noted[] = [];
      for await (const line of linesOf(files.read(list?.file ?? '', 0, list?.bytes ?? 0))) {
        if (batch.push(JSON.parse(line) as Noted) < BATCH) continue;
        await breathe();
        ids.add(batch);
        batch = [];
      }
      ids.add(batch);
      return ids;
    } catch (error) {
      ids.close();
      throw error;
    }
  }

  private constructor(folder: string) {
    super(
      folder,
      'CREATE TABLE ids (type TEXT, there TEXT, here TEXT, PRIMARY KEY (type, there)) WITHOUT ROWID',
    );
    // Of two rows with one id the first has the record.
    this.insert = this.database.prepare('INSERT OR IGNORE INTO ids VALUES (?, ?, ?)');
    this.look = this.database.prepare('SELECT here FROM ids WHERE type = ? AND there = ?');
  }

  /** The record's id here; undefined where this load has not brought it in. */
  here(objectType: string, there: string): string | undefined {
    const found = this.look.get(objectType, there) as { here: string | null } | undefined;
    return found?.here ?? undefined;
  }

  private add(batch: readonly Noted[]): void {
    this.database.exec('BEGIN');
    for (const noted of batch) this.insert.run(...noted);
    this.database.exec('COMMIT');
  }
}
