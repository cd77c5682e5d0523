// Carries out single rows of a restore plan on their records, under command ids of their own, and recognises rows that
// were carried out before.
import type { CommandBus } from '@nestjs/cqrs';
import { recordStream } from '../crm/records/record.vocabulary';
import { RecreateRecord, UnarchiveRecord, UpdateRecord } from '../crm/records/record.commands';
import type { RecordEvents } from '../crm/records/record.events';
import { SEES_ALL } from '../crm/properties/values/sensitivity';
import type { Meta } from '../eventsourcing/event';
import { uuidsOf } from '../eventsourcing/event-ids';
import type { Streams } from '../eventsourcing/streams';
import { isPassing, Refusal } from '../refusals';
import type { RowResult } from './execute-plan';
import type { Row } from './plans/plan-row';

const commandIds = uuidsOf('0b8d4f0e-55a5-5d0e-8a53-6f0f8d1f5f3c');

/** `step` is a step of the job, or of a row (`index/step`). */
export const restoreCommandId = (restoreId: string, step: string): string =>
  commandIds(`${restoreId}/${step}`);

export class RecordChanges {
  constructor(
    private readonly commands: CommandBus,
    private readonly streams: Streams,
    private readonly restoreId: string,
    /** The metadata of every change, each of which gets its own command id and the time at which it is made. */
    private readonly meta: Meta,
  ) {}

  /**
   * Carries a row out. Repeating it gives the same answer: a change that was made before is found in the record's
   * stream.
   */
  async apply(row: Row, index: number): Promise<RowResult> {
    let recreated = false;
    try {
      if (row.kind === 'recreate') recreated = await this.bringBack(row, index);
      // A purged record comes back with all its values at once.
      if (recreated && row.purged) return { outcome: 'recreated' };
      const { changed, drifted } = await this.update(row, index);
      if (drifted.length > 0) return { outcome: 'drifted', drifted, ...(recreated && { recreated }) };
      return { outcome: recreated ? 'recreated' : changed ? 'changed' : 'unchanged' };
    } catch (error) {
      if (!(error instanceof Refusal) || isPassing(error.code)) throw error;
      const reason = { code: error.code, message: error.message };
      return { outcome: 'refused', reason, ...(recreated && { recreated }) };
    }
  }

  /** What this restore has done to the record of a row, read from the record's stream. */
  async recognise(row: Row, index: number): Promise<RowResult | undefined> {
    const ids = [this.commandId(index, 'back'), this.commandId(index, 'values')];
    let first: string | undefined;
    let values: Record<string, string | null> = {};
    let drifted: string[] = [];
    for await (const events of this.streams.pages<RecordEvents>(recordStream(row.objectType, row.recordId)))
      for (const event of events) {
        if (event.type === 'record.recreated.v1') values = {};
        if ('changes' in event.data)
          for (const [name, { to }] of Object.entries(event.data.changes)) values[name] = to;
        if (!ids.includes(event.meta.commandId)) continue;
        first ??= event.type;
        drifted = Object.keys(row.changes).filter((name) => (values[name] ?? null) !== row.changes[name]!.to);
      }
    if (first === undefined) return undefined;
    const recreated = first === 'record.unarchived.v1' || first === 'record.recreated.v1';
    if (drifted.length > 0) return { outcome: 'drifted', drifted, ...(recreated && { recreated }) };
    return { outcome: recreated ? 'recreated' : 'changed' };
  }

  private async bringBack(row: Row, index: number): Promise<boolean> {
    const { objectType, recordId, changes, purged } = row;
    const context = this.context(index, 'back');
    const values = Object.fromEntries(Object.entries(changes).map(([name, { to }]) => [name, to]));
    const { changed } = await (purged
      ? this.commands.execute(new RecreateRecord(objectType, recordId, values, context))
      : this.commands.execute(new UnarchiveRecord(objectType, recordId, context)));
    return changed;
  }

  private update({ objectType, recordId, changes }: Row, index: number) {
    const values: Record<string, string | null> = {};
    const expected: Record<string, string | null> = {};
    for (const [name, { from, to }] of Object.entries(changes)) [expected[name], values[name]] = [from, to];
    return this.commands.execute(
      new UpdateRecord(objectType, recordId, values, this.context(index, 'values'), expected),
    );
  }

  private context(index: number, step: 'back' | 'values') {
    const meta: Meta = {
      ...this.meta,
      commandId: this.commandId(index, step),
      at: new Date().toISOString(),
    };
    return { meta, mayRepeat: true, verbatim: true, viewer: SEES_ALL };
  }

  private commandId(index: number, step: string): string {
    return restoreCommandId(this.restoreId, `${index}/${step}`);
  }
}
