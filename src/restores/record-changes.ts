// Carries out single rows of a restore plan on their records, under command ids of their own, and recognises rows that
// were carried out before.
import type { CommandBus } from '@nestjs/cqrs';
import { recordStream } from '../crm/records/record.vocabulary';
import { ArchiveRecord, RecreateRecord, UnarchiveRecord, UpdateRecord } from '../crm/records/record.commands';
import type { RecordEvents } from '../crm/records/record.events';
import type { Streams } from '../eventsourcing/streams';
import { isPassing, Refusal } from '../refusals';
import type { RowResult } from './execute-plan';
import type { RowCommands } from './row-commands';
import type { RecordRow } from './rows/plan-row';

type Values = Record<string, string | null>;

export class RecordChanges {
  constructor(
    private readonly commands: CommandBus,
    private readonly streams: Streams,
    private readonly rows: RowCommands,
  ) {}

  /** Carries a row out. Rejects with what it is refused with. */
  async apply(row: RecordRow, index: number): Promise<RowResult> {
    if (row.kind === 'archive') return this.archive(row, index);
    // A record that is left alone as a whole may be in the bin, where it would be refused.
    if (row.kind === 'update' && Object.keys(row.changes).length === 0) return { outcome: 'unchanged' };
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
  async recognise(row: RecordRow, index: number): Promise<RowResult | undefined> {
    const ids = (['back', 'values', 'archive'] as const).map((step) => this.rows.commandId(index, step));
    let first: string | undefined;
    let values: Values = {};
    let drifted: string[] = [];
    let archived = false;
    for await (const events of this.streams.pages<RecordEvents>(recordStream(row.objectType, row.recordId)))
      for (const event of events) {
        if (event.type === 'record.recreated.v1') values = {};
        if ('changes' in event.data)
          for (const [name, { to }] of Object.entries(event.data.changes)) values[name] = to;
        if (!ids.includes(event.meta.commandId)) continue;
        first ??= event.type;
        archived ||= event.type === 'record.archived.v1';
        drifted = Object.keys(row.changes).filter((name) => (values[name] ?? null) !== row.changes[name]!.to);
      }
    if (first === undefined) return undefined;
    if (archived) return { outcome: 'archived' };
    const recreated = first === 'record.unarchived.v1' || first === 'record.recreated.v1';
    if (drifted.length > 0) return { outcome: 'drifted', drifted, ...(recreated && { recreated }) };
    return { outcome: recreated ? 'recreated' : 'changed' };
  }

  /**
   * Clears the unique values of a row that others wait for; answers the properties that it has cleared, and the same
   * when it is repeated.
   */
  async release(row: RecordRow, index: number): Promise<readonly string[]> {
    if (!row.givesWay) return [];
    // A record in the bin has its values for a moment when it is back: that moment must not be another one's.
    if (row.kind === 'recreate' && !row.purged) await this.bringBack(row, index);
    const values = Object.fromEntries(row.givesWay.map((name) => [name, null]));
    const expected = Object.fromEntries(row.givesWay.map((name) => [name, row.changes[name]!.from]));
    const context = this.rows.context(index, 'free');
    const { changed, drifted } = await this.commands.execute(
      new UpdateRecord(row.objectType, row.recordId, values, context, expected),
    );
    return changed ? row.givesWay.filter((name) => !drifted.includes(name)) : [];
  }

  /** A record that has changed since the plan was made is left alone. */
  private async archive(row: RecordRow, index: number): Promise<RowResult> {
    const { objectType, recordId } = row;
    let { revision } = row;
    if (Object.keys(row.changes).length > 0) {
      const { drifted, writes } = await this.update(row, index);
      if (drifted.length > 0) return { outcome: 'drifted', drifted };
      revision += writes;
    }
    const context = { ...this.rows.context(index, 'archive'), expectedRevision: revision };
    try {
      const { changed } = await this.commands.execute(new ArchiveRecord(objectType, recordId, context));
      return { outcome: changed ? 'archived' : 'unchanged' };
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'stream-moved-on') throw error;
      return { outcome: (await this.isArchived(objectType, recordId)) ? 'unchanged' : 'drifted' };
    }
  }

  private async isArchived(objectType: string, recordId: string): Promise<boolean> {
    for await (const events of this.streams.pagesBack<RecordEvents>(recordStream(objectType, recordId)))
      for (const { type } of events) {
        if (type === 'record.archived.v1') return true;
        if (type !== 'record.fenced.v1' && type !== 'record.merged.v1') return false;
      }
    return false;
  }

  private async bringBack(row: RecordRow, index: number): Promise<boolean> {
    const { objectType, recordId, changes, purged } = row;
    const context = this.rows.context(index, 'back');
    const values = Object.fromEntries(Object.entries(changes).map(([name, { to }]) => [name, to]));
    const { changed } = await (purged
      ? this.commands.execute(new RecreateRecord(objectType, recordId, values, context))
      : this.commands.execute(new UnarchiveRecord(objectType, recordId, context)));
    return changed;
  }

  /** `writes`: how many events this restore has written for the row's values. */
  private async update(row: RecordRow, index: number) {
    const { objectType, recordId, changes } = row;
    const values: Values = {};
    const expected: Values = {};
    for (const [name, { from, to }] of Object.entries(changes)) [expected[name], values[name]] = [from, to];
    const freed = await this.release(row, index);
    for (const name of freed) expected[name] = null;
    const context = this.rows.context(index, 'values');
    try {
      const { changed, drifted } = await this.commands.execute(
        new UpdateRecord(objectType, recordId, values, context, expected),
      );
      return { changed, drifted, writes: Number(freed.length > 0) + Number(changed) };
    } catch (error) {
      if (freed.length > 0 && error instanceof Refusal && !isPassing(error.code))
        await this.giveBack(row, index, freed);
      throw error;
    }
  }

  /** Gives a record whose values of then are refused those back that it gave up for others, where they are free. */
  private async giveBack(row: RecordRow, index: number, freed: readonly string[]): Promise<void> {
    const values = Object.fromEntries(freed.map((name) => [name, row.changes[name]!.from]));
    const expected = Object.fromEntries(freed.map((name) => [name, null]));
    const context = this.rows.context(index, 'kept');
    const { objectType, recordId } = row;
    try {
      await this.commands.execute(new UpdateRecord(objectType, recordId, values, context, expected));
    } catch (error) {
      if (!(error instanceof Refusal) || isPassing(error.code)) throw error;
    }
  }
}
