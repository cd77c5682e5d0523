// Random lives of records and property definitions, as events that could have been decided, appended to a real log.
import fc from 'fast-check';
import { recordStream } from '../../src/crm/object-types';
import type { PropertyDefinition } from '../../src/crm/property.events';
import type { Before, Changes } from '../../src/crm/record.events';
import type { EventStore } from '../../src/eventsourcing/event-store';
import { event } from './read-side';

export interface Step {
  readonly kind: 'create' | 'change' | 'archive' | 'unarchive' | 'fence' | 'define' | 'undefine' | 'relabel';
  readonly objectType: string;
  readonly record: number;
  readonly property: string;
  readonly values: Readonly<Record<string, string | null>>;
}

const objectTypes = ['contacts', 'companies', 'deals'];
const names = ['email', 'phone', 'p_one', 'p_two', 'constructor'];
const value = fc.oneof(
  { weight: 3, arbitrary: fc.string({ minLength: 1, maxLength: 8 }) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', 'é', '\0'), minLength: 1 }),
  },
  { weight: 1, arbitrary: fc.constant(null) },
);

export const steps = (maxLength: number) =>
  fc.array(
    fc.record<Step>({
      kind: fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom('create' as const, 'change' as const) },
        { weight: 2, arbitrary: fc.constantFrom('archive' as const, 'unarchive' as const) },
        {
          weight: 2,
          arbitrary: fc.constantFrom(
            'fence' as const,
            'define' as const,
            'undefine' as const,
            'relabel' as const,
          ),
        },
      ),
      objectType: fc.constantFrom(...objectTypes),
      record: fc.nat({ max: 9 }),
      property: fc.constantFrom('p_one', 'p_two', 'constructor'),
      values: fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4 }),
    }),
    { maxLength, size: 'max' },
  );

interface Known extends Before {
  readonly values: Readonly<Record<string, string>>;
}

const definition = (name: string, label: string): PropertyDefinition => ({
  ...{ name, label, type: 'string', fieldType: 'text', groupName: 'custom', description: '', options: [] },
  ...{ displayOrder: -1, hasUniqueValue: false, hidden: false, formField: true },
  ...{ dataSensitivity: 'non_sensitive', readOnlyValue: false },
});

export class History {
  private readonly records = new Map<string, Known>();
  private readonly revisions = new Map<string, number>();
  private readonly properties = new Map<string, 'defined' | 'archived'>();
  private clock = Date.UTC(2026, 0, 1);

  constructor(private readonly log: EventStore) {}

  /** Appends what the step comes to; nothing where it could not have been decided. */
  async take(step: Step): Promise<void> {
    if (step.kind === 'define' || step.kind === 'undefine' || step.kind === 'relabel')
      await this.define(step);
    else await this.live(step);
  }

  private async live({ kind, objectType, record, values }: Step): Promise<void> {
    const recordId = String(1_000 + record);
    const stream = recordStream(objectType, recordId);
    const known = this.records.get(stream);
    const at = new Date((this.clock += 1_000)).toISOString();
    const before: Before | null = known
      ? {
          updatedAt: known.updatedAt,
          archived: known.archived,
          archivedAt: known.archivedAt,
          revision: this.revision(stream),
        }
      : null;
    const ids = { objectType, recordId, before };
    const next = {
      values: known?.values ?? {},
      updatedAt: at,
      archived: false,
      archivedAt: null,
      revision: 0,
    };
    if (kind === 'fence') return this.append(stream, 'record.fenced.v1', ids, at);
    if (kind === 'create' && !known) {
      const changes = changesOf(
        {},
        { ...values, hs_object_id: recordId, createdate: at, hs_lastmodifieddate: at },
      );
      await this.append(stream, 'record.created.v1', { ...ids, changes }, at);
      this.records.set(stream, { ...next, values: applied({}, changes) });
    }
    if (kind === 'change' && known && !known.archived) {
      const changes = changesOf(known.values, { ...values, hs_lastmodifieddate: at });
      await this.append(stream, 'record.values-changed.v1', { ...ids, changes }, at);
      this.records.set(stream, { ...next, values: applied(known.values, changes) });
    }
    if (kind === 'archive' && known && !known.archived) {
      await this.append(stream, 'record.archived.v1', ids, at);
      this.records.set(stream, { ...next, archived: true, archivedAt: at });
    }
    if (kind === 'unarchive' && known?.archived) {
      await this.append(stream, 'record.unarchived.v1', ids, at);
      this.records.set(stream, next);
    }
  }

  private async define({ kind, objectType, property }: Step): Promise<void> {
    const singular = recordStream(objectType, '').slice(0, -1);
    const stream = `property_${singular}-${property}`;
    const state = this.properties.get(stream);
    const at = new Date((this.clock += 1_000)).toISOString();
    if (kind === 'define' && state !== 'defined') {
      const type = state ? 'property.recreated.v1' : 'property.created.v1';
      await this.append(stream, type, { objectType, definition: definition(property, at) }, at);
      this.properties.set(stream, 'defined');
    }
    if (kind === 'undefine' && state === 'defined') {
      await this.append(stream, 'property.archived.v1', { objectType, name: property }, at);
      this.properties.set(stream, 'archived');
    }
    if (kind === 'relabel' && state === 'defined')
      await this.append(
        stream,
        'property.changed.v1',
        { objectType, name: property, from: { label: '' }, to: { label: at } },
        at,
      );
  }

  private revision(stream: string): number {
    return this.revisions.get(stream) ?? -1;
  }

  private async append(stream: string, type: string, data: unknown, at: string): Promise<void> {
    const made = event(type, data);
    const appended = await this.log.append(
      stream,
      [{ ...made, meta: { ...made.meta, at } }],
      this.revision(stream),
    );
    this.revisions.set(stream, appended.revision);
  }
}

const changesOf = (
  old: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string | null>>,
): Changes =>
  Object.fromEntries(
    Object.entries(values).map(([name, to]) => [
      name,
      { from: Object.hasOwn(old, name) ? old[name]! : null, to },
    ]),
  );

function applied(old: Readonly<Record<string, string>>, changes: Changes): Record<string, string> {
  const values = { ...old };
  for (const [name, { to }] of Object.entries(changes))
    if (to === null) delete values[name];
    else values[name] = to;
  return values;
}
