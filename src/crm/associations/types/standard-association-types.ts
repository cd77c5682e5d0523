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
  ['contacts', 'notes', 201, 202],
  ['companies', 'notes', 189, 190],
  ['deals', 'notes', 213, 214],
  ['tickets', 'notes', 227, 228],
  ['contacts', 'emails', 197, 198],
  ['companies', 'emails', 185, 186],
  ['deals', 'emails', 209, 210],
  ['tickets', 'emails', 223, 224],
  ['contacts', 'meetings', 199, 200],
  ['companies', 'meetings', 187, 188],
  ['deals', 'meetings', 211, 212],
  ['tickets', 'meetings', 225, 226],
  ['calls', 'meetings', 399, 400],
  ['deals', 'line_items', 19, 20],
  ['quotes', 'line_items', 67, 68],
  ['deals', 'quotes', 63, 64],
  ['quotes', 'contacts', 69, 70],
  ['quotes', 'companies', 71, 72],
  ['quotes', 'tasks', 217, 218],
  // Of leads HubSpot publishes the second number only. Of every other pair, the two follow one another.
  ['contacts', 'leads', 607, 608],
  ['companies', 'leads', 609, 610],
  ['calls', 'leads', 595, 596],
  ['emails', 'leads', 597, 598],
  ['meetings', 'leads', 599, 600],
  ['tasks', 'leads', 645, 646],
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
  ['products', 'notes', 10_037, 10_038],
  ['calls', 'notes', 10_039, 10_040],
  ['conversations', 'notes', 10_041, 10_042],
  ['tasks', 'notes', 10_043, 10_044],
  ['notes', 'notes', 10_045, 10_045],
  ['products', 'emails', 10_047, 10_048],
  ['calls', 'emails', 10_049, 10_050],
  ['conversations', 'emails', 10_051, 10_052],
  ['tasks', 'emails', 10_053, 10_054],
  ['notes', 'emails', 10_055, 10_056],
  ['emails', 'emails', 10_057, 10_057],
  ['products', 'meetings', 10_059, 10_060],
  ['conversations', 'meetings', 10_061, 10_062],
  ['tasks', 'meetings', 10_063, 10_064],
  ['notes', 'meetings', 10_065, 10_066],
  ['emails', 'meetings', 10_067, 10_068],
  ['meetings', 'meetings', 10_069, 10_069],
  ['contacts', 'line_items', 10_071, 10_072],
  ['companies', 'line_items', 10_073, 10_074],
  ['tickets', 'line_items', 10_075, 10_076],
  ['products', 'line_items', 10_077, 10_078],
  ['calls', 'line_items', 10_079, 10_080],
  ['conversations', 'line_items', 10_081, 10_082],
  ['tasks', 'line_items', 10_083, 10_084],
  ['notes', 'line_items', 10_085, 10_086],
  ['emails', 'line_items', 10_087, 10_088],
  ['meetings', 'line_items', 10_089, 10_090],
  ['line_items', 'line_items', 10_091, 10_091],
  ['tickets', 'quotes', 10_093, 10_094],
  ['products', 'quotes', 10_095, 10_096],
  ['calls', 'quotes', 10_097, 10_098],
  ['conversations', 'quotes', 10_099, 10_100],
  ['notes', 'quotes', 10_101, 10_102],
  ['emails', 'quotes', 10_103, 10_104],
  ['meetings', 'quotes', 10_105, 10_106],
  ['quotes', 'quotes', 10_107, 10_107],
  ['deals', 'leads', 10_109, 10_110],
  ['tickets', 'leads', 10_111, 10_112],
  ['products', 'leads', 10_113, 10_114],
  ['conversations', 'leads', 10_115, 10_116],
  ['notes', 'leads', 10_117, 10_118],
  ['line_items', 'leads', 10_119, 10_120],
  ['quotes', 'leads', 10_121, 10_122],
  ['leads', 'leads', 10_123, 10_123],
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
    ...{ typeId: 577, inverseTypeId: 578, fromType: 'contacts', toType: 'leads' },
    ...{ category: 'HUBSPOT_DEFINED' as const },
    ...{ name: 'primary_contact_to_lead', inverseName: 'lead_to_primary_contact' },
    ...{ label: 'Primary', inverseLabel: 'Primary' },
  },
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
