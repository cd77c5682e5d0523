// Random histories of associations and association types, made of events that could have been decided; they go with the
// records of `random-history.ts`.
import fc from 'fast-check';
import type { AssociationTypeDefinition } from '../../../src/crm/associations/types/association-type.events';
import type { Link, RecordRef } from '../../../src/crm/associations/association.events';
import type { EventStore } from '../../../src/eventsourcing/event-store';
import { recordIds } from './random-history';
import { event } from '../read-side';

export interface AssociationStep {
  readonly association: 'link' | 'unlink' | 'define' | 'relabel' | 'archive';
  readonly ends: readonly [RecordRef, RecordRef];
  readonly type: number;
  readonly label: string;
}

const FIRST = 100_001;
const ref = fc.record<RecordRef>({
  objectType: fc.constantFrom('contacts', 'companies', 'deals'),
  // Some of the ids of `random-history.ts`.
  recordId: fc.nat({ max: 3 }).map((n) => recordIds[n]!),
});

export const associationStep = fc.record<AssociationStep>({
  association: fc.oneof(
    { weight: 6, arbitrary: fc.constant('link' as const) },
    { weight: 3, arbitrary: fc.constant('unlink' as const) },
    { weight: 2, arbitrary: fc.constantFrom('define' as const, 'relabel' as const, 'archive' as const) },
  ),
  ends: fc.tuple(ref, ref),
  type: fc.nat({ max: 3 }),
  label: fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ' '), maxLength: 5 }),
});

export class AssociationHistory {
  private readonly pairs = new Map<string, readonly Link[]>();
  private readonly types = new Map<number, AssociationTypeDefinition>();
  private next = FIRST;
  private readonly revisions = new Map<string, number>();

  constructor(private readonly log: EventStore) {}

  /** Appends the events of a step, or none where the step could not have been decided. */
  async take(step: AssociationStep): Promise<void> {
    if (step.association === 'link' || step.association === 'unlink') return this.link(step);
    const typeId = FIRST + 2 * step.type;
    const type = this.types.get(typeId);
    if (step.association === 'define') await this.define(step.label);
    else if (type && step.association === 'archive') {
      this.types.delete(typeId);
      await this.append('association_types-account', 'associationtype.archived.v1', { typeId });
    } else if (type) {
      const to = { label: step.label, inverseLabel: type.inverseLabel };
      const from = { label: type.label, inverseLabel: type.inverseLabel };
      this.types.set(typeId, { ...type, ...to });
      await this.append('association_types-account', 'associationtype.relabelled.v1', { typeId, from, to });
    }
  }

  private async define(label: string): Promise<void> {
    const type: AssociationTypeDefinition = {
      ...{ typeId: this.next, inverseTypeId: this.next + 1, fromType: 'contacts', toType: 'companies' },
      ...{ category: 'USER_DEFINED', name: `type_${this.next}`, label, inverseLabel: `${label} back` },
    };
    this.types.set(this.next, type);
    this.next += 2;
    await this.append('association_types-account', 'associationtype.defined.v1', type);
  }

  private async link({ association, ends, type }: AssociationStep): Promise<void> {
    const keys = ends.map(({ objectType, recordId }) => `${objectType}/${recordId}`);
    const [one, other] = ends;
    const isFirst =
      one.objectType === other.objectType
        ? BigInt(one.recordId) < BigInt(other.recordId)
        : one.objectType < other.objectType;
    const [from, to] = isFirst ? ends : [other, one];
    if (keys[0] === keys[1]) return;
    const stream = `association-${keys.sort().join('-')}`.replaceAll('/', '-');
    const before = this.pairs.get(stream) ?? [];
    const usual: Link = { category: 'HUBSPOT_DEFINED', typeId: 279, inverseTypeId: 280 };
    const typeId = FIRST + 2 * type;
    const own: Link = { category: 'USER_DEFINED', typeId, inverseTypeId: typeId + 1 };
    const others = before.filter((one) => one.typeId !== typeId);
    const wanted =
      association === 'link'
        ? [usual, ...others.filter((one) => one.typeId !== 279), own]
        : type === 0
          ? []
          : others;
    const after = wanted.toSorted((a, b) => a.typeId - b.typeId);
    if (after.length === before.length) return;
    const kind = before.length === 0 ? 'created' : after.length === 0 ? 'removed' : 'changed';
    this.pairs.set(stream, after);
    await this.append(this.streamOf(from, to), `association.${kind}.v1`, {
      from,
      to,
      links: { from: before, to: after },
    });
  }

  private streamOf(from: RecordRef, to: RecordRef): string {
    const singular = { contacts: 'contact', companies: 'company', deals: 'deal' } as Record<string, string>;
    const part = ({ objectType, recordId }: RecordRef) => `${singular[objectType]}-${recordId}`;
    return `association-${part(from)}-${part(to)}`;
  }

  private async append(stream: string, type: string, data: unknown): Promise<void> {
    const appended = await this.log.append(stream, [event(type, data)], this.revisions.get(stream) ?? -1);
    this.revisions.set(stream, appended.revision);
  }
}
