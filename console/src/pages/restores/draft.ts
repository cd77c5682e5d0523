// What somebody is putting together for a plan, before it is asked for: from an address, and into a request. Pure.
import type { Schemas } from '../../api/client';
import { CAUSES, type Cause, type Mode } from './policy';

export type SourceKind = 'backup' | 'instant' | 'cause';
export const SOURCES: readonly SourceKind[] = ['backup', 'instant', 'cause'];

export const OPERATORS = [
  'EQ',
  'NEQ',
  'CONTAINS_TOKEN',
  'HAS_PROPERTY',
  'NOT_HAS_PROPERTY',
  'LT',
  'GT',
] as const;
export type Operator = (typeof OPERATORS)[number];
export const takesValue = (operator: Operator): boolean => !operator.endsWith('HAS_PROPERTY');

export interface Condition {
  readonly property: string;
  readonly operator: Operator;
  readonly value: string;
}

export interface Selected {
  readonly objectType: string;
  /** None: all. */
  readonly properties: readonly string[];
  readonly records: 'all' | 'ids' | 'matching';
  /** As they were typed, with anything between them. */
  readonly ids: string;
  readonly conditions: readonly Condition[];
}

export interface Draft {
  readonly source: SourceKind;
  readonly backupId?: string | undefined;
  readonly asOf?: string | undefined;
  readonly cause: Cause;
  readonly causeId: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly objects: readonly Selected[];
  readonly modes: Readonly<Record<Mode, boolean>>;
}

export const NO_MODES: Draft['modes'] = {
  ...{ recreateDeleted: false, restoreAssociations: false },
  ...{ keepNonEmpty: false, archiveCreatedSince: false },
};
/** An undo takes back all that its cause did, unless it is told otherwise. */
export const UNDO_MODES: Draft['modes'] = {
  ...{ recreateDeleted: true, restoreAssociations: true },
  ...{ keepNonEmpty: false, archiveCreatedSince: true },
};

export const noCondition: Condition = { property: '', operator: 'EQ', value: '' };
export const selected = (objectType: string): Selected => ({
  ...{ objectType, properties: [], records: 'all', ids: '', conditions: [noCondition] },
});

export type Seed = Readonly<
  Partial<
    Record<
      'source' | 'backupId' | 'asOf' | 'objectType' | 'recordIds' | 'properties' | 'cause' | 'causeId',
      string
    >
  >
>;

/** What an address asks for to begin with. */
export function draftOf(seed: Seed): Draft {
  const { backupId, asOf, objectType, recordIds, properties, causeId = '' } = seed;
  const told = SOURCES.find((kind) => kind === seed.source);
  const source = told ?? (seed.cause ? 'cause' : asOf ? 'instant' : 'backup');
  const cause = CAUSES.find((name) => name === seed.cause || `${seed.cause}Id` === name) ?? 'importId';
  const one = objectType === undefined ? [] : [selected(objectType)];
  const objects = one.map((some) => ({
    ...some,
    ...(properties && properties !== '*' && { properties: properties.split(',') }),
    ...(recordIds && { records: 'ids' as const, ids: recordIds.split(',').join('\n') }),
  }));
  const modes = source === 'cause' ? UNDO_MODES : NO_MODES;
  return { source, backupId, asOf, cause, causeId, objects, modes };
}

export const idsIn = (text: string): readonly string[] => [
  ...new Set(text.split(/[^\w-]+/).filter((id) => id !== '')),
];

/** Ids that no record can have. */
export const wrongIds = (text: string): readonly string[] =>
  idsIn(text).filter((id) => !/^\d{1,16}$/.test(id));

export type Lack = 'backup' | 'asOf' | 'causeId' | 'objects' | 'ids' | 'wrongIds' | 'conditions';

/** What the first step still lacks. */
export function sourceLacks({ source, backupId, asOf, causeId }: Draft): Lack | undefined {
  if (source === 'backup') return backupId ? undefined : 'backup';
  if (source === 'instant') return asOf ? undefined : 'asOf';
  return causeId.trim() === '' ? 'causeId' : undefined;
}

const isWhole = ({ property, operator, value }: Condition): boolean =>
  property !== '' && (!takesValue(operator) || value !== '');

/** What the second step still lacks. */
export function selectionLacks({ source, objects }: Draft): Lack | undefined {
  if (source === 'cause') return undefined;
  if (objects.length === 0) return 'objects';
  for (const { records, ids, conditions } of objects) {
    if (records === 'ids' && idsIn(ids).length === 0) return 'ids';
    if (records === 'ids' && wrongIds(ids).length > 0) return 'wrongIds';
    if (records === 'matching' && !conditions.every(isWhole)) return 'conditions';
  }
  return undefined;
}

const asObject = ({ objectType, properties, records, ids, conditions }: Selected) => ({
  objectType,
  properties: properties.length === 0 ? ('*' as const) : [...properties],
  ...(records === 'ids' && { recordIds: [...idsIn(ids)] }),
  ...(records === 'matching' && {
    filterGroups: [
      {
        filters: conditions.map(({ property, operator, value }) => ({
          ...{ propertyName: property, operator },
          ...(takesValue(operator) && { value }),
        })),
      },
    ],
  }),
});

export const objectsOf = ({ objects }: Draft) => objects.map(asObject);

export function planRequestOf(draft: Draft): Schemas['PlanRequest'] {
  const source = draft.source === 'backup' ? { backupId: draft.backupId! } : { asOf: draft.asOf! };
  return { source, objects: objectsOf(draft), modes: { ...draft.modes } };
}

export function undoRequestOf({ cause, causeId, from, to, modes }: Draft): Schemas['UndoRequest'] {
  return {
    cause: { [cause]: causeId.trim() },
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    modes: { ...modes },
  };
}
