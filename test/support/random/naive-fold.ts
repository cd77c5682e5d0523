// The reference that backups are compared with: reads the whole log from its beginning and folds it with plain code of
// its own.
import type {
  AssociationTypeDefinition,
  Labels,
} from '../../../src/crm/associations/types/association-type.events';
import type { AssociationEvents } from '../../../src/crm/associations/association.events';
import type { PropertyDefinition } from '../../../src/crm/properties/property.events';
import type { Changes } from '../../../src/crm/records/record.events';
import type { EventStore } from '../../../src/eventsourcing/event-store';
import type { StoredEvent } from '../../../src/eventsourcing/event';
import { eventsAfter } from '../log';
import { stamped } from './random-makers';

interface NaiveRecord {
  readonly values: Map<string, string>;
  archived: boolean;
}

export interface NaiveState {
  /** Records by object type, then by record id. */
  readonly records: Map<string, Map<string, NaiveRecord>>;
  /** Names of custom properties, by object type. */
  readonly properties: Map<string, Set<string>>;
  /** Records that wait to be erased, by `type/id`. */
  readonly waiting: Map<string, NaiveRecord>;
  /** Numbers of records that were live and have been erased since, by object type. */
  readonly erased: Record<string, number>;
}

type Data = {
  objectType: string;
  recordId: string;
  changes: Changes;
  name: string;
  definition: PropertyDefinition;
};

export async function naiveFold(eventStore: EventStore, position: bigint): Promise<NaiveState> {
  const state: NaiveState = { records: new Map(), properties: new Map(), waiting: new Map(), erased: {} };
  const erased: Data[] = [];
  for (const event of await eventsAfter(eventStore)) {
    if (event.position <= position) apply(state, event);
    if (event.type === 'record.erased.v1') erased.push(event.data as Data);
  }
  for (const { objectType, recordId } of erased) {
    const record = state.records.get(objectType)?.get(recordId);
    state.records.get(objectType)?.delete(recordId);
    if (record && !record.archived) state.erased[objectType] = (state.erased[objectType] ?? 0) + 1;
  }
  return state;
}

const SETTING = ['record.created.v1', 'record.values-changed.v1', 'record.merged.v1', 'record.recreated.v1'];
const ENDING = ['record.merged-into.v1', 'record.purged.v1', 'record.erased.v1'];

function apply({ records, properties, waiting }: NaiveState, event: StoredEvent): void {
  const { type, meta } = event;
  const data = event.data as Data;
  const ofType = records.get(data.objectType) ?? new Map<string, NaiveRecord>();
  const record = ofType.get(data.recordId) ?? { values: new Map<string, string>(), archived: false };
  const names = properties.get(data.objectType) ?? new Set<string>();
  if (SETTING.includes(type)) {
    const changed = Object.entries(data.changes).map(([name, { to }]) => [name, to] as const);
    for (const [name, to] of [...changed, ...Object.entries(stamped(type, data.changes, meta))])
      if (to === null) record.values.delete(name);
      else record.values.set(name, to);
    records.set(data.objectType, ofType.set(data.recordId, record));
  }
  if (ENDING.includes(type)) ofType.delete(data.recordId);
  const waitingKey = `${data.objectType}/${data.recordId}`;
  if (type === 'record.erasure-requested.v1' && ofType.delete(data.recordId)) waiting.set(waitingKey, record);
  if (type === 'record.erasure-cancelled.v1' && waiting.has(waitingKey))
    ofType.set(data.recordId, waiting.get(waitingKey)!);
  if (type === 'record.archived.v1') record.archived = true;
  if (type === 'record.unarchived.v1') record.archived = false;
  if (type === 'property.created.v1' || type === 'property.recreated.v1')
    properties.set(data.objectType, names.add(data.definition.name));
  if (type === 'property.archived.v1') names.delete(data.name);
}

/**
 * The CSVs that the ZIP of a backup must hold, byte for byte, by file name: one for each object type that has records.
 */
export async function naiveCsvs(
  eventStore: EventStore,
  position: bigint,
  standard: (objectType: string) => Iterable<string>,
): Promise<Record<string, string>> {
  const { records, properties } = await naiveFold(eventStore, position);
  const csvs: Record<string, string> = {};
  for (const objectType of [...records.keys()].sort()) {
    const names = new Set([...standard(objectType), ...(properties.get(objectType) ?? [])]);
    names.delete('hs_object_id');
    const columns = ['hs_object_id', ...[...names].sort()];
    const live = [...records.get(objectType)!].filter(([, record]) => !record.archived);
    const rows = live
      .sort(([a], [b]) => byNumber(a, b))
      .map(([, { values }]) => columns.map((column) => values.get(column) ?? ''));
    if (rows.length > 0) csvs[`${objectType}.csv`] = [columns, ...rows].map(csvLine).join('');
  }
  return csvs;
}

const LINKS = ['from_object_type', 'from_record_id', 'to_object_type', 'to_record_id'];
const TYPES = ['association_category', 'association_type_id', 'label'];

/**
 * The text that `associations.csv` must hold, byte for byte; undefined where there must be no such file. `standard` has
 * the labels of standard types by their numbers.
 */
export async function naiveAssociations(
  eventStore: EventStore,
  position: bigint,
  standard: ReadonlyMap<number, string | null>,
): Promise<string | undefined> {
  const { records } = await naiveFold(eventStore, position);
  const labels = new Map(standard);
  const inverses = new Map<number, number>();
  const pairs = new Map<
    string,
    { ends: readonly string[][]; links: AssociationEvents[LinkEvent]['links'] }
  >();
  for (const { type, data, position: at } of await eventsAfter(eventStore)) {
    if (at > position) continue;
    if (type === 'associationtype.defined.v1' || type === 'associationtype.relabelled.v1') {
      const { typeId, ...rest } = data as AssociationTypeDefinition & { to?: Labels };
      const { label, inverseLabel } = rest.to ?? rest;
      inverses.set(typeId, rest.inverseTypeId ?? inverses.get(typeId)!);
      labels.set(typeId, label).set(inverses.get(typeId)!, inverseLabel);
    }
    if (type === 'associationtype.archived.v1') {
      const { typeId } = data as { typeId: number };
      for (const id of [typeId, inverses.get(typeId)!]) labels.delete(id);
    }
    if (!type.startsWith('association.')) continue;
    const { from, to, links } = data as AssociationEvents[LinkEvent];
    const ends = [from, to].map(({ objectType, recordId }) => [objectType, recordId]);
    pairs.set(ends.flat().join('/'), { ends, links });
  }
  const live = ([objectType, recordId]: string[]) => {
    const record = records.get(objectType!)?.get(recordId!);
    return record !== undefined && !record.archived;
  };
  const rows = [...pairs.values()]
    .sort(({ ends: a }, { ends: b }) => {
      const [one, other] = [a.flat(), b.flat()];
      for (const place of [0, 1, 2, 3]) {
        const order = (place % 2 === 0 ? byText : byNumber)(one[place]!, other[place]!);
        if (order !== 0) return order;
      }
      return 0;
    })
    .filter(({ ends }) => ends.every(live))
    .flatMap(({ ends, links }) =>
      links.to
        .filter(({ typeId }) => labels.has(typeId))
        .map(({ category, typeId }) => [...ends.flat(), category, String(typeId), labels.get(typeId) ?? '']),
    );
  return rows.length > 0 ? [[...LINKS, ...TYPES], ...rows].map(csvLine).join('') : undefined;
}
type LinkEvent = 'association.created.v1';

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byNumber = (a: string, b: string): number => Number(BigInt(a) - BigInt(b));

const csvLine = (cells: readonly string[]): string =>
  `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell)).join(',')}\r\n`;
