// Merges whose survivor has not taken over yet: a to-do list, empty but for moments.
import type { RecordEvents } from '../src/crm/records/record.events';
import type { Doc } from '../src/read/document-store';
import type { Projection } from './projection';
import { recordDocumentId } from './records';

export interface MergeDocument extends Doc {
  readonly objectType: string;
  readonly mergedId: string;
  readonly since: string;
}

const over = (objectType: string, mergedId: string) =>
  ({ id: recordDocumentId(objectType, mergedId), remove: true }) as const;

export const merges: Projection<MergeDocument, RecordEvents> = {
  name: 'merges',
  version: 1,
  on: {
    'record.merged-into.v1': ({ objectType, recordId }, { meta }) => ({
      id: recordDocumentId(objectType, recordId),
      put: { objectType, mergedId: recordId, since: meta.at },
    }),
    'record.merged.v1': ({ objectType, mergedId }) => over(objectType, mergedId),
    // One whose survivor is gone goes with it.
    'record.erased.v1': ({ objectType, recordId }) => over(objectType, recordId),
    'record.purged.v1': ({ objectType, recordId }) => over(objectType, recordId),
  },
};
