// The table from positions of the log that was copied to those of the log that it was brought into, made from the events
// themselves: each tells where it stood.
import type { EventStore } from '../eventsourcing/event-store';
import { START } from '../eventsourcing/event-store';
import { ScratchFile } from '../files/scratch-file';
import { logPages } from '../read/log-pages';

/** The log holds events that were not brought from the copy, or not in its order. */
export class NotBroughtIn extends Error {}

export class OldPositions extends ScratchFile {
  /** The old position of the last event that was brought in; START before the first. */
  last = START;
  /** Events that were brought in. */
  count = 0;
  private read = START;

  constructor(
    private readonly eventStore: EventStore,
    /** The log that was copied. */
    private readonly logId: string,
    scratchDir: string,
  ) {
    super(scratchDir, 'CREATE TABLE positions (old TEXT PRIMARY KEY, new TEXT NOT NULL) WITHOUT ROWID');
  }

  /** Takes in what has been appended since the last call. Rejects with NotBroughtIn. */
  async catchUp(signal: AbortSignal): Promise<void> {
    for await (const events of logPages(this.eventStore, this.read, { signal })) {
      const rows: [string, string][] = [];
      for (const { position, meta } of events) {
        const old = meta.origin?.logId === this.logId ? BigInt(meta.origin.position) : undefined;
        if (old === undefined || old <= this.last) throw new NotBroughtIn();
        rows.push([padded(old), String(position)]);
        this.last = old;
      }
      this.database
        .prepare('INSERT INTO positions (old, new) SELECT value ->> 0, value ->> 1 FROM json_each(?)')
        .run(JSON.stringify(rows));
      this.count += events.length;
      this.read = events.at(-1)!.position;
    }
  }

  /** The new position of the last event at or before an old one; what lies before the first event stays as it is. */
  translated(position: string): string {
    const found = this.database
      .prepare('SELECT new FROM positions WHERE old <= ? ORDER BY old DESC LIMIT 1')
      .get(padded(BigInt(position))) as { new: string } | undefined;
    return BigInt(position) < 0n || !found ? position : found.new;
  }
}

const padded = (position: bigint): string => position.toString().padStart(20, '0');
