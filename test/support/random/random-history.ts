// Random histories of records and property definitions, made of events that could have been decided and appended to a
// real log.
import fc from 'fast-check';
import { recordStream } from '../../../src/crm/records/record.vocabulary';
import type { PropertyDefinition } from '../../../src/crm/properties/property.events';
import type { Before, Changes } from '../../../src/crm/records/record.events';
import type { EventStore } from '../../../src/eventsourcing/event-store';
import { event } from '../read-side';
import { elsewhere, makers, stamped } from './random-makers';

type EndKind = 'merge' | 'purge' | 'recreate' | 'erase' | 'request' | 'cancel';
type LifeKind = 'create' | 'change' | 'archive' | 'unarchive' | 'fence' | EndKind;

export interface Step {
  readonly kind: LifeKind | 'define' | 'undefine' | 'relabel';
  readonly objectType: string;
  readonly record: number;
  readonly property: string;
  readonly values: Readonly<Record<string, string | null>>;
  /** Which of the makers takes the step; where it is left out, the first. */
  readonly by?: number;
  /** Whether the event says who had changed the record before, as older ones did not. */
  readonly tells?: boolean;
}

/**
 * Ids of the records of each type. There are few, so that much happens to each record; their lengths differ, because
 * ids are ordered as numbers.
 */
export const recordIds = [
  ...['9', '10000000000', '1000', '2073000000000001', '151234567890', '999999999999999'],
] as const;
const RECORDS = recordIds.length;
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

/** Random steps. `ends` is the weight of steps that end a record; all other steps together have the weight 11. */
export const steps = (maxLength: number, ends = 4, minLength = 0) =>
  fc.array(
    fc.record<Step>({
      kind: fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom('create' as const, 'change' as const) },
        { weight: 3, arbitrary: fc.constantFrom('archive' as const, 'unarchive' as const) },
        {
          weight: ends,
          arbitrary: fc.constantFrom<EndKind>('merge', 'purge', 'recreate', 'erase', 'request', 'cancel'),
        },
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
      record: fc.nat({ max: RECORDS - 1 }),
      property: fc.constantFrom('p_one', 'p_two', 'constructor'),
      values: fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4 }),
      by: fc.nat({ max: makers.length - 1 }),
      tells: fc.boolean(),
    }),
    { minLength, maxLength, size: 'max' },
  );

interface Known extends Before {
  readonly values: Readonly<Record<string, string>>;
  /** The record has a stream, but no longer exists. */
  readonly ended?: 'merged' | 'purged' | 'erased' | 'waiting';
  /** The record before its erasure was requested. */
  readonly held?: Known;
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
  private maker = makers[0]!;
  private tells = true;

  /** `clock` is the time at which the history begins, in epoch milliseconds. */
  constructor(
    private readonly log: EventStore,
    private clock = Date.UTC(2026, 0, 1),
  ) {}

  /** Appends the events of a step, or none where the step could not have been decided. */
  async take(step: Step): Promise<void> {
    this.maker = makers[step.by ?? 0]!;
    this.tells = step.tells ?? true;
    if (step.kind === 'define' || step.kind === 'undefine' || step.kind === 'relabel')
      await this.define(step);
    else await this.live(step);
  }

  private async live(step: Step): Promise<void> {
    // These steps need another step before them, which chance alone would hardly bring.
    if (step.kind === 'cancel') await this.live({ ...step, kind: 'request' });
    if (step.kind === 'recreate') await this.live({ ...step, kind: 'purge' });
    if (step.kind === 'purge') await this.live({ ...step, kind: 'archive' });
    const { kind, objectType, values } = step;
    const recordId = recordIds[step.record]!;
    const stream = recordStream(objectType, recordId);
    const known = this.records.get(stream);
    const at = new Date((this.clock += 1_000)).toISOString();
    const ids = { objectType, recordId, before: this.before(stream) };
    const next = {
      values: known?.values ?? {},
      updatedAt: at,
      archived: false,
      archivedAt: null,
      revision: 0,
    };
    const isLive = known !== undefined && !known.ended && !known.archived;
    if (kind === 'fence') return this.append(stream, 'record.fenced.v1', ids, at);
    if ((kind === 'create' && !known) || (kind === 'recreate' && known?.ended === 'purged')) {
      const isLoaded = kind === 'create' && this.maker.source.type === 'LOAD';
      const automatic = { hs_object_id: recordId, createdate: at, hs_lastmodifieddate: at };
      const changes = changesOf({}, { ...values, ...automatic, ...(isLoaded && elsewhere(step.record)) });
      const type = `record.${kind}d.v1`;
      await this.append(stream, type, { ...ids, changes }, at);
      this.records.set(stream, { ...next, ...this.after(type, {}, changes) });
    }
    if (kind === 'change' && isLive) {
      const changes = changesOf(known.values, { ...values, hs_lastmodifieddate: at });
      await this.append(stream, 'record.values-changed.v1', { ...ids, changes }, at);
      this.records.set(stream, { ...next, ...this.after('record.values-changed.v1', known.values, changes) });
    }
    if (kind === 'archive' && isLive) {
      await this.append(stream, 'record.archived.v1', ids, at);
      this.records.set(stream, { ...next, archived: true, archivedAt: at });
    }
    if (kind === 'unarchive' && known?.archived) {
      await this.append(stream, 'record.unarchived.v1', ids, at);
      this.records.set(stream, next);
    }
    if (kind === 'purge' && known?.archived) {
      await this.append(stream, 'record.purged.v1', ids, at);
      this.records.set(stream, { ...next, ended: 'purged' });
    }
    if (kind === 'request' && known && known.ended !== 'erased' && known.ended !== 'waiting') {
      await this.append(stream, 'record.erasure-requested.v1', { ...ids, dueAt: at }, at);
      this.records.set(stream, { ...known, archived: false, ended: 'waiting', held: known });
    }
    if (kind === 'cancel' && known?.held && known.ended === 'waiting') {
      await this.append(stream, 'record.erasure-cancelled.v1', ids, at);
      this.records.set(stream, known.held);
    }
    if (kind === 'erase' && known && known.ended !== 'erased') {
      await this.append(stream, 'record.erased.v1', ids, at);
      this.records.set(stream, { ...next, ended: 'erased' });
    }
    if (kind === 'merge' && isLive) await this.merge(step, known, at);
  }

  /** Merges a record into the next record of its type, if that one is live. */
  private async merge({ objectType, record, values: taken }: Step, merged: Known, at: string): Promise<void> {
    const [mergedId, recordId] = [recordIds[record]!, recordIds[(record + 1) % RECORDS]!];
    const [from, into] = [recordStream(objectType, mergedId), recordStream(objectType, recordId)];
    const survivor = this.records.get(into);
    if (!survivor || survivor.ended || survivor.archived) return;
    const end = { objectType, recordId: mergedId, intoId: recordId, before: this.before(from) };
    await this.append(from, 'record.merged-into.v1', end, at);
    this.records.set(from, { ...merged, ended: 'merged' });
    const changes = changesOf(survivor.values, { ...taken, hs_lastmodifieddate: at });
    const takes = { objectType, recordId, mergedId, changes, before: this.before(into) };
    await this.append(into, 'record.merged.v1', takes, at);
    const values = this.after('record.merged.v1', survivor.values, changes);
    this.records.set(into, { ...survivor, updatedAt: at, ...values });
  }

  /** What an event leaves of its record's values, those that its metadata tells of too. */
  private after(type: string, old: Known['values'], changes: Changes): Pick<Known, 'values'> {
    const stamps = stamped(type, changes, this.maker);
    return { values: applied(applied(old, changes), changesOf(old, stamps)) };
  }

  private before(stream: string): Before | null {
    const known = this.records.get(stream);
    if (!known || known.ended) return null;
    const { updatedAt, archived, archivedAt } = known;
    const updatedBy = this.tells ? known.values['hs_updated_by_user_id'] : undefined;
    return {
      ...{ updatedAt, archived, archivedAt, revision: this.revision(stream) },
      ...(updatedBy !== undefined && { updatedBy }),
    };
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
      [{ ...made, meta: { ...made.meta, ...this.maker, at } }],
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
