// The current record of every object type, archived ones too: one collection, one document a record.
import type { Changes, RecordEvents } from '../src/crm/records/record.events';
import type { Actor } from '../src/eventsourcing/event';
import type { Doc } from '../src/read/document-store';
import type { Projection } from './projection';
import { keysOf, recordKeys, type RecordKeys } from './record-keys';

export interface RecordDocument extends Doc {
  /** Plural name. */
  readonly objectType: string;
  readonly recordId: string;
  /** Values that are not empty, verbatim. */
  readonly values: Readonly<Record<string, string>>;
  /** Those of the values that read as finite numbers, so that filters and sorts by number need no definitions. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Values of the properties that are indexed, folded. */
  readonly keys: RecordKeys;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archived: boolean;
  readonly archivedAt: string | null;
  readonly archivedBy: Actor | null;
  /** Of the record's stream. */
  readonly revision: number;
}

export const recordDocumentId = (objectType: string, recordId: string): string => `${objectType}/${recordId}`;

/** Bounds of the ids of one object type: `{ $gte, $lt }` over `id`. */
export const recordIdRange = (objectType: string) => ({ $gte: `${objectType}/`, $lt: `${objectType}0` });

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The number a value reads as, if it reads as one. */
export function numberOf(value: string): number | undefined {
  if (value.length > 400 || !NUMBER.test(value)) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

type Laid = Pick<RecordDocument, 'objectType' | 'values' | 'numbers'>;

function laidOver(old: Laid, changes: Changes) {
  const values: Record<string, string> = { ...old.values };
  const numbers: Record<string, number> = { ...old.numbers };
  for (const [name, { to }] of Object.entries(changes)) {
    if (to === null) delete values[name];
    else values[name] = to;
    const number = to === null || name === 'hs_object_id' ? undefined : numberOf(to);
    if (number === undefined) delete numbers[name];
    else numbers[name] = number;
  }
  return { values, numbers, keys: keysOf(old.objectType, values) };
}

const gone = ({ objectType, recordId }: { objectType: string; recordId: string }) =>
  ({ id: recordDocumentId(objectType, recordId), remove: true }) as const;

export const records: Projection<RecordDocument, RecordEvents> = {
  name: 'records',
  version: 2,
  indexes: [
    ['objectType', 'archived', 'values.hs_lastmodifieddate'],
    // The recycle bin, by the time at which its records came into it.
    ['objectType', 'archived', 'archivedAt'],
    ['objectType', 'archived', 'values.createdate'],
    ...recordKeys.map((key) => ['objectType', 'archived', `keys.${key}`]),
  ],
  scanned: {
    by: 'objectType',
    paths: ['archived', 'archivedAt'],
    members: ['values', 'numbers', 'keys'],
  },
  on: {
    'record.created.v1': ({ objectType, recordId, changes }, event) => ({
      id: recordDocumentId(objectType, recordId),
      put: {
        objectType,
        recordId,
        ...laidOver({ objectType, values: {}, numbers: {} }, changes),
        createdAt: event.meta.at,
        updatedAt: event.meta.at,
        archived: false,
        archivedAt: null,
        archivedBy: null,
        revision: event.revision,
      },
    }),
    'record.values-changed.v1': ({ objectType, recordId, changes }, event) => ({
      id: recordDocumentId(objectType, recordId),
      change: (old) =>
        old && { ...old, ...laidOver(old, changes), updatedAt: event.meta.at, revision: event.revision },
    }),
    'record.archived.v1': ({ objectType, recordId }, event) => ({
      id: recordDocumentId(objectType, recordId),
      patch: {
        archived: true,
        archivedAt: event.meta.at,
        archivedBy: event.meta.actor,
        updatedAt: event.meta.at,
        revision: event.revision,
      },
    }),
    'record.unarchived.v1': ({ objectType, recordId }, event) => ({
      id: recordDocumentId(objectType, recordId),
      patch: {
        archived: false,
        archivedAt: null,
        archivedBy: null,
        updatedAt: event.meta.at,
        revision: event.revision,
      },
    }),
    // Moves the revision only; a record that never came to be gets no document.
    'record.fenced.v1': ({ objectType, recordId, before }, event) =>
      before === null
        ? undefined
        : { id: recordDocumentId(objectType, recordId), patch: { revision: event.revision } },
    'record.merged.v1': ({ objectType, recordId, changes }, event) => ({
      id: recordDocumentId(objectType, recordId),
      change: (old) =>
        old && { ...old, ...laidOver(old, changes), updatedAt: event.meta.at, revision: event.revision },
    }),
    'record.merged-into.v1': gone,
    'record.erased.v1': gone,
    'record.purged.v1': gone,
    'record.recreated.v1': ({ objectType, recordId, changes }, event) => ({
      id: recordDocumentId(objectType, recordId),
      put: {
        objectType,
        recordId,
        ...laidOver({ objectType, values: {}, numbers: {} }, changes),
        createdAt: changes['createdate']?.to ?? event.meta.at,
        updatedAt: event.meta.at,
        archived: false,
        archivedAt: null,
        archivedBy: null,
        revision: event.revision,
      },
    }),
  },
};
