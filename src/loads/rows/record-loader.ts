// Brings in the record of one row: under its own id where that is free, under another where it is not.
import type { CommandBus } from '@nestjs/cqrs';
import type { CommandIds } from '../../command-ids';
import { SEES_ALL } from '../../crm/properties/values/sensitivity';
import { LoadRecord } from '../../crm/records/record.commands';
import { recordStream } from '../../crm/records/record.vocabulary';
import type { Meta } from '../../eventsourcing/event';
import type { Streams } from '../../eventsourcing/streams';
import { isPassing, Refusal, type RefusalCode } from '../../refusals';
import type { ReadRow, RowProblem } from './load-row';

export type Loaded =
  | { readonly recordId: string; readonly mapped: boolean }
  /** Why there is no record. */
  | { readonly refused: RowProblem };

const TYPES: Readonly<Partial<Record<RefusalCode, string>>> = {
  'value-taken': 'DUPLICATE_UNIQUE_PROPERTY_VALUE',
  'record-erased': 'RECORD_ERASED',
  'record-too-large': 'ROW_DATA_TOO_LARGE',
  'event-too-large': 'ROW_DATA_TOO_LARGE',
};

class TwiceInTheZip extends Error {}

export interface RowCommand {
  readonly objectType: string;
  readonly row: ReadRow;
  /** The number of the row among all rows of the load, from 0. */
  readonly index: number;
  readonly meta: Meta;
}

export class RecordLoader {
  constructor(
    private readonly commands: CommandBus,
    private readonly streams: Streams,
  ) {}

  /** Rejects only where trying again may help. Doing it again finds what it did. */
  async load({ objectType, row, index, meta }: RowCommand, ids: CommandIds): Promise<Loaded> {
    if (row.refused) return { refused: row.refused };
    const { id: own, values } = row;
    let tried = own === undefined;
    const anotherId = async () => {
      if (tried) return ids.again(index);
      tried = true;
      if (await this.isOurs(recordStream(objectType, own!), meta)) throw new TwiceInTheZip();
      return ids.at(index);
    };
    const context = { meta, mayRepeat: true, viewer: SEES_ALL, anotherId };
    try {
      const first = own ?? (await ids.at(index));
      const { record } = await this.commands.execute(new LoadRecord(objectType, first, values, context));
      return { recordId: record.recordId, mapped: own !== undefined && record.recordId !== own };
    } catch (error) {
      return { refused: problemOf(error) };
    }
  }

  /** Whether this very load has made the record: another row of the ZIP has its id. */
  private async isOurs(stream: string, { source }: Meta): Promise<boolean> {
    for await (const [first] of this.streams.pages<object>(stream)) {
      const made = (first as { readonly meta: Meta } | undefined)?.meta.source;
      return made?.type === source.type && made.id === source.id;
    }
    return false;
  }
}

function problemOf(error: unknown): RowProblem {
  if (error instanceof TwiceInTheZip)
    return { type: 'DUPLICATE_RECORD_ID', message: 'Another row of the ZIP has this record id' };
  if (!(error instanceof Refusal) || isPassing(error.code)) throw error;
  const property = error.detail.errors?.[0]?.context?.['propertyName']?.[0];
  return {
    ...(property !== undefined && { property }),
    type: TYPES[error.code] ?? 'UNKNOWN_ERROR',
    message: error.message,
  };
}
