// The reference for backups: reads the whole log from its beginning and folds it with code of its own, as plain as can be.
import type { PropertyDefinition } from '../../src/crm/property.events';
import type { Changes } from '../../src/crm/record.events';
import type { EventStore } from '../../src/eventsourcing/event-store';

interface NaiveRecord {
  readonly values: Map<string, string>;
  archived: boolean;
}

export interface NaiveState {
  /** By object type, then by record id. */
  readonly records: Map<string, Map<string, NaiveRecord>>;
  /** Names of custom properties by object type. */
  readonly properties: Map<string, Set<string>>;
}

type Data = {
  objectType: string;
  recordId: string;
  changes: Changes;
  name: string;
  definition: PropertyDefinition;
};

export async function naiveFold(eventStore: EventStore, position: bigint): Promise<NaiveState> {
  const state: NaiveState = { records: new Map(), properties: new Map() };
  for (let after = -1n; ;) {
    const events = await eventStore.readAll(after, 1_000);
    for (const event of events) if (event.position <= position) apply(state, event.type, event.data as Data);
    if (events.length === 0) return state;
    after = events.at(-1)!.position;
  }
}

function apply({ records, properties }: NaiveState, type: string, data: Data): void {
  const ofType = records.get(data.objectType) ?? new Map<string, NaiveRecord>();
  const record = ofType.get(data.recordId) ?? { values: new Map<string, string>(), archived: false };
  const names = properties.get(data.objectType) ?? new Set<string>();
  if (type === 'record.created.v1' || type === 'record.values-changed.v1') {
    for (const [name, { to }] of Object.entries(data.changes))
      if (to === null) record.values.delete(name);
      else record.values.set(name, to);
    records.set(data.objectType, ofType.set(data.recordId, record));
  }
  if (type === 'record.archived.v1') record.archived = true;
  if (type === 'record.unarchived.v1') record.archived = false;
  if (type === 'property.created.v1' || type === 'property.recreated.v1')
    properties.set(data.objectType, names.add(data.definition.name));
  if (type === 'property.archived.v1') names.delete(data.name);
}

/** CSV by file name, of the types that have records: what the ZIP of a backup must hold, byte for byte. */
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
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { values }]) => columns.map((column) => values.get(column) ?? ''));
    if (rows.length > 0) csvs[`${objectType}.csv`] = [columns, ...rows].map(csvLine).join('');
  }
  return csvs;
}

const csvLine = (cells: readonly string[]): string =>
  `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell)).join(',')}\r\n`;
