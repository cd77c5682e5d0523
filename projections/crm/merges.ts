// Merges whose survivor has not taken over yet: a to-do list, empty most of the time.
import type { MergeEvents } from '../../src/crm/records/merges/merge.events';
import type { RecordEvents } from '../../src/crm/records/record.events';
import type { Doc } from '../../src/read/document-store';
import { recordDocumentId } from '../../src/crm/records/record.vocabulary';
import type { Projection } from '../projection';

export interface MergeDocument extends Doc {
  readonly objectType: string;
  readonly mergedId: string;
  readonly since: string;
  /** True while the merged record waits to be erased: only if that is cancelled does the merge go on. */
  readonly waiting: boolean;
  /** True where the job has given the merge up, until somebody asks for the merge again. */
  readonly failed: boolean;
}

const over = (objectType: string, mergedId: string) =>
  ({ id: recordDocumentId(objectType, mergedId), remove: true }) as const;

const marked = (
  { objectType, recordId }: { readonly objectType: string; readonly recordId: string },
  patch: Partial<Pick<MergeDocument, 'waiting' | 'failed'>>,
) => ({ id: recordDocumentId(objectType, recordId), patch }) as const;

export const merges: Projection<MergeDocument, RecordEvents & MergeEvents> = {
  name: 'merges',
  version: 4,
  on: {
    'record.merged-into.v1': ({ objectType, recordId }, { meta }) => ({
      id: recordDocumentId(objectType, recordId),
      put: { objectType, mergedId: recordId, since: meta.at, waiting: false, failed: false },
    }),
    'record.merged.v1': ({ objectType, mergedId }) => over(objectType, mergedId),
    'record.erasure-requested.v1': (data) => marked(data, { waiting: true }),
    'record.erasure-cancelled.v1': (data) => marked(data, { waiting: false }),
    'merge.failed.v1': (data) => marked(data, { failed: true }),
    'merge.reopened.v1': (data) => marked(data, { failed: false }),
    // The survivor has been erased or purged, and the merged record with it.
    'record.erased.v1': ({ objectType, recordId }) => over(objectType, recordId),
    'record.purged.v1': ({ objectType, recordId }) => over(objectType, recordId),
  },
};
