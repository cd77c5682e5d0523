// The command ids under which the rows of a restore are carried out, each a command of its own, and the metadata.
import { SEES_ALL } from '../crm/properties/values/sensitivity';
import type { WriteContext } from '../crm/records/record-writer';
import type { Meta } from '../eventsourcing/event';
import { uuidsOf } from '../eventsourcing/event-ids';

const commandIds = uuidsOf('0b8d4f0e-55a5-5d0e-8a53-6f0f8d1f5f3c');

/** `step` is a step of the job, or of a row (`index/step`). */
export const restoreCommandId = (restoreId: string, step: string): string =>
  commandIds(`${restoreId}/${step}`);

/** What is done for a row, in this order, each at most once. */
export type RowStep = 'free' | 'back' | 'values' | 'kept' | 'archive' | 'links';

export class RowCommands {
  constructor(
    private readonly restoreId: string,
    /** The metadata of every change, each of which gets its own command id and the time at which it is made. */
    private readonly meta: Meta,
  ) {}

  commandId(index: number, step: RowStep): string {
    return restoreCommandId(this.restoreId, `${index}/${step}`);
  }

  context(index: number, step: RowStep): WriteContext {
    const meta = { ...this.meta, commandId: this.commandId(index, step), at: new Date().toISOString() };
    return { meta, mayRepeat: true, verbatim: true, viewer: SEES_ALL };
  }
}
