// The current records of all object types, archived ones too, in one collection: one document for each record.
import type { AssociationEvents, Link, RecordRef } from '../../src/crm/associations/association.events';
import { inverse } from '../../src/crm/associations/association.vocabulary';
import { stampsOf } from '../../src/crm/records/record-stamps.vocabulary';
import { numberIn, recordDocumentId } from '../../src/crm/records/record.vocabulary';
import type { Changes, RecordEvents } from '../../src/crm/records/record.events';
import type { Actor, Meta } from '../../src/eventsourcing/event';
import type { Doc } from '../../src/read/document-store';
import {
  judgedForm,
  keysOf,
  OWNER_PATH,
  recordKeys,
  type RecordKeys,
} from '../../src/crm/search/search-key.vocabulary';
import type { Op, Projection } from '../projection';

export interface RecordDocument extends Doc {
  /** The plural name. */
  readonly objectType: string;
  readonly recordId: string;
  /** The values that are not empty, verbatim. */
  readonly values: Readonly<Record<string, string>>;
  /** The values that read as finite numbers, so that filters and sorts by number need no definitions. */
  readonly numbers: Readonly<Record<string, number>>;
  /** What texts are searched by, where it is not the value itself. */
  readonly forms: Readonly<Record<string, string>>;
  /** The values of indexed properties, in the form in which they are compared. */
  readonly keys: RecordKeys;
  /**
   * By the number of an association type as the record sees it: with how many records it is associated so, live or not.
   * Absent where there is none.
   */
  readonly linked?: Linked;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archived: boolean;
  readonly archivedAt: string | null;
  readonly archivedBy: Actor | null;
  /** Revision of the record's stream. */
  readonly revision: number;
  /** The hidden fields of a record that waits to be erased: nothing of it is found meanwhile. */
  readonly waiting?: Hidden;
}

export type Linked = Readonly<Record<string, number>>;

type Hidden = Pick<
  RecordDocument,
  'values' | 'numbers' | 'forms' | 'keys' | 'archived' | 'archivedAt' | 'archivedBy' | 'updatedAt'
>;

type Laid = Pick<RecordDocument, 'objectType' | 'values' | 'numbers' | 'forms'>;
const NOTHING = { values: {}, numbers: {}, forms: {} } as const;

function laidOver(old: Laid, changes: Changes, meta: Meta, isNew = false) {
  const values: Record<string, string> = { ...old.values };
  const numbers: Record<string, number> = { ...old.numbers };
  const forms: Record<string, string> = { ...old.forms };
  const set = (name: string, to: string | null) => {
    if (to === null) delete values[name];
    else values[name] = to;
    const number = to === null ? undefined : numberIn(name, to);
    if (number === undefined) delete numbers[name];
    else numbers[name] = number;
    const form = to === null ? undefined : judgedForm(name, to);
    if (form === undefined) delete forms[name];
    else forms[name] = form;
  };
  for (const [name, { to }] of Object.entries(changes)) set(name, to);
  const stamps = stampsOf(changes, meta, isNew);
  // As most often, the same user again.
  for (const name in stamps) if (stamps[name] !== values[name]) set(name, stamps[name]!);
  return { values, numbers, forms, keys: keysOf(old.objectType, values) };
}

interface LinksSeen {
  readonly from: readonly Link[];
  readonly to: readonly Link[];
}

/** Counts the links that an event has made and taken away. Only pairs tell of them: no other document is looked at. */
function recounted({ linked, ...old }: RecordDocument, { from, to }: LinksSeen): RecordDocument {
  const counts: Record<string, number> = { ...linked };
  const add = (links: readonly Link[], more: number) => {
    for (const { typeId } of links) counts[typeId] = (counts[typeId] ?? 0) + more;
  };
  add(to, 1);
  add(from, -1);
  for (const typeId in counts) if (counts[typeId]! <= 0) delete counts[typeId];
  return { ...old, ...(Object.keys(counts).length > 0 && { linked: counts }) };
}

/** Of a record that is gone nothing is counted: its associations go with it. */
const counting = ({ objectType, recordId }: RecordRef, links: LinksSeen): Op<RecordDocument> => ({
  id: recordDocumentId(objectType, recordId),
  change: (old) => old && recounted(old, links),
});

const bothEnds = ({ from, to, links }: AssociationEvents['association.created.v1']) => [
  counting(from, links),
  counting(to, { from: links.from.map(inverse), to: links.to.map(inverse) }),
];

const gone = ({ objectType, recordId }: { objectType: string; recordId: string }) =>
  ({ id: recordDocumentId(objectType, recordId), remove: true }) as const;

/** The document of a record that no list shows: archived, but at no time, and without values. */
function hidden(old: RecordDocument, revision: number): RecordDocument {
  const { values, numbers, forms, keys, archived, archivedAt, archivedBy, updatedAt } = old;
  return {
    ...old,
    ...{ ...NOTHING, keys: keysOf(old.objectType, {}) },
    ...{ archived: true, archivedAt: null, archivedBy: null, revision },
    waiting: { values, numbers, forms, keys, archived, archivedAt, archivedBy, updatedAt },
  };
}

function shown({ waiting, ...old }: RecordDocument, revision: number): RecordDocument {
  return { ...old, ...waiting, revision };
}

export const records: Projection<RecordDocument, RecordEvents & AssociationEvents> = {
  name: 'records',
  version: 7,
  indexes: [
    // In these orders the owner is tested without a look at records that somebody may not see.
    ['objectType', 'archived', 'values.hs_lastmodifieddate', 'id', OWNER_PATH],
    // The recycle bin, in the order in which its records were archived.
    ['objectType', 'archived', 'archivedAt', 'id', OWNER_PATH],
    ['objectType', 'archived', 'values.createdate', 'id', OWNER_PATH],
    ...recordKeys.map((key) => ['objectType', 'archived', `keys.${key}`]),
    // A few owners' records: by id in a walk for each, the newest by a look at all entries of theirs.
    ['objectType', 'archived', OWNER_PATH, 'id', 'values.hs_lastmodifieddate'],
  ],
  scanned: {
    by: 'objectType',
    paths: ['archived', 'archivedAt'],
    members: ['values', 'numbers', 'forms', 'keys', 'linked'],
  },
  on: {
    'record.created.v1': ({ objectType, recordId, changes }, event) => ({
      id: recordDocumentId(objectType, recordId),
      put: {
        objectType,
        recordId,
        ...laidOver({ objectType, ...NOTHING }, changes, event.meta, true),
        createdAt: changes['createdate']?.to ?? event.meta.at,
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
        old && {
          ...{ ...old, ...laidOver(old, changes, event.meta) },
          ...{ updatedAt: event.meta.at, revision: event.revision },
        },
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
    // Moves the revision only. A record that was fenced before it was created has no document.
    'record.fenced.v1': ({ objectType, recordId, before }, event) =>
      before === null
        ? undefined
        : { id: recordDocumentId(objectType, recordId), patch: { revision: event.revision } },
    'record.merged.v1': ({ objectType, recordId, changes }, event) => ({
      id: recordDocumentId(objectType, recordId),
      change: (old) =>
        old && {
          ...{ ...old, ...laidOver(old, changes, event.meta) },
          ...{ updatedAt: event.meta.at, revision: event.revision },
        },
    }),
    'record.merged-into.v1': gone,
    'record.erasure-requested.v1': ({ objectType, recordId }, event) => ({
      id: recordDocumentId(objectType, recordId),
      change: (old) => old && hidden(old, event.revision),
    }),
    'record.erasure-cancelled.v1': ({ objectType, recordId }, event) => ({
      id: recordDocumentId(objectType, recordId),
      change: (old) => old && shown(old, event.revision),
    }),
    'record.erased.v1': gone,
    'record.purged.v1': gone,
    'record.recreated.v1': ({ objectType, recordId, changes }, event) => ({
      id: recordDocumentId(objectType, recordId),
      put: {
        objectType,
        recordId,
        ...laidOver({ objectType, ...NOTHING }, changes, event.meta, true),
        createdAt: changes['createdate']?.to ?? event.meta.at,
        updatedAt: event.meta.at,
        archived: false,
        archivedAt: null,
        archivedBy: null,
        revision: event.revision,
      },
    }),
    'association.created.v1': bothEnds,
    'association.changed.v1': bothEnds,
    'association.removed.v1': bothEnds,
  },
};
