// Records that have been erased: a to-do list of what else is to be erased with each.
import type { RecordEvents } from '../src/crm/records/record.events';
import type { ErasureEvents } from '../src/erasure/erasure.events';
import type { Doc } from '../src/read/document-store';
import type { Projection } from './projection';
import { recordDocumentId } from './records';

export interface ErasureDocument extends Doc {
  readonly objectType: string;
  readonly recordId: string;
  /** Of the event that erased it, a decimal string. */
  readonly position: string;
  readonly commandId: string;
  readonly completed: boolean;
}

export const erasures: Projection<ErasureDocument, RecordEvents & ErasureEvents> = {
  name: 'erasures',
  version: 1,
  indexes: [['completed']],
  on: {
    'record.erased.v1': ({ objectType, recordId }, { position, meta }) => ({
      id: recordDocumentId(objectType, recordId),
      put: {
        objectType,
        recordId,
        position: position.toString(),
        commandId: meta.commandId,
        completed: false,
      },
    }),
    'erasure.completed.v1': ({ objectType, recordId }) => ({
      id: recordDocumentId(objectType, recordId),
      patch: { completed: true },
    }),
  },
};
