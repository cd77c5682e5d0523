// The association types of the build: HubSpot's, with its numbers, and our own for pairs where HubSpot has none.
import { objectTypes } from '../../schemas/object-type.vocabulary';
import type { AssociationTypeDefinition } from './association-type.events';

/**
 * The first number that an account gets. Lower ones are the build's: HubSpot's end at a few thousand, our own begin at
 * 10,001.
 */
export const FIRST_OWN_TYPE_ID = 100_001;

type Row = readonly [from: string, to: string, typeId: number, inverseTypeId: number, label?: string];

const DEFAULTS: readonly Row[] = [
  ['contacts', 'companies', 279, 280],
  ['contacts', 'deals', 4, 3],
  ['contacts', 'tickets', 15, 16],
  ['deals', 'companies', 341, 342],
  ['deals', 'tickets', 27, 28],
  ['companies', 'tickets', 340, 339],
  ['contacts', 'contacts', 449, 449],
  ['companies', 'companies', 450, 450],
  ['deals', 'deals', 451, 451],
  ['tickets', 'tickets', 452, 452],
  ['contacts', 'calls', 193, 194],
  ['companies', 'calls', 181, 182],
  ['deals', 'calls', 205, 206],
  ['tickets', 'calls', 219, 220],
  ['contacts', 'tasks', 203, 204],
  ['companies', 'tasks', 191, 192],
  ['deals', 'tasks', 215, 216],
  ['tickets', 'tasks', 229, 230],
];

/** Types that say which one of a record's companies is its primary company. */
const PRIMARY: readonly Row[] = [
  ['contacts', 'companies', 1, 2, 'Primary'],
  ['deals', 'companies', 5, 6, 'Primary'],
  ['companies', 'tickets', 25, 26, 'Primary'],
];

/** Our own numbers, written out so that none ever changes. */
const OURS: readonly Row[] = [
  ['contacts', 'products', 10_001, 10_002],
  ['companies', 'products', 10_003, 10_004],
  ['deals', 'products', 10_005, 10_006],
  ['tickets', 'products', 10_007, 10_008],
  ['products', 'calls', 10_009, 10_010],
  ['products', 'conversations', 10_011, 10_012],
  ['products', 'tasks', 10_013, 10_014],
  ['products', 'products', 10_015, 10_015],
  ['contacts', 'conversations', 10_017, 10_018],
  ['companies', 'conversations', 10_019, 10_020],
  ['deals', 'conversations', 10_021, 10_022],
  ['tickets', 'conversations', 10_023, 10_024],
  ['calls', 'conversations', 10_025, 10_026],
  ['tasks', 'conversations', 10_027, 10_028],
  ['conversations', 'conversations', 10_029, 10_029],
  ['calls', 'tasks', 10_031, 10_032],
  ['calls', 'calls', 10_033, 10_033],
  ['tasks', 'tasks', 10_035, 10_035],
];

const singular = (name: string): string => objectTypes.find((type) => type.name === name)!.singular;

/** Names a type as HubSpot's v3 API does: where a pair has a primary type, that type has the name without a suffix. */
function named([from, to, typeId, inverseTypeId, label]: Row): StandardType {
  const isPrimary = label !== undefined;
  const hasPrimary = PRIMARY.some((row) => row[0] === from && row[1] === to);
  const suffix = hasPrimary && !isPrimary ? '_unlabeled' : '';
  return {
    ...{ typeId, inverseTypeId, fromType: from, toType: to, category: 'HUBSPOT_DEFINED' },
    name: `${singular(from)}_to_${singular(to)}${suffix}`,
    inverseName: `${singular(to)}_to_${singular(from)}${suffix}`,
    label: label ?? null,
    inverseLabel: label ?? null,
  };
}

export interface StandardType extends AssociationTypeDefinition {
  readonly inverseName: string;
}

export const everyStandardAssociationType: readonly StandardType[] = [
  ...[...DEFAULTS, ...PRIMARY, ...OURS].map(named),
  {
    ...{ typeId: 13, inverseTypeId: 14, fromType: 'companies', toType: 'companies' },
    ...{ category: 'HUBSPOT_DEFINED' as const },
    ...{ name: 'parent_to_child_company', inverseName: 'child_to_parent_company' },
    // A label says what the associated record is.
    ...{ label: 'Child Company', inverseLabel: 'Parent Company' },
  },
];

const byPair = new Map<string, StandardType[]>();
for (const type of everyStandardAssociationType)
  for (const key of new Set([`${type.fromType}/${type.toType}`, `${type.toType}/${type.fromType}`]))
    byPair.set(key, [...(byPair.get(key) ?? []), type]);

/** The standard types of a pair of object types, plural names in either order. */
export const standardAssociationTypes = (a: string, b: string): readonly StandardType[] =>
  byPair.get(`${a}/${b}`) ?? [];
