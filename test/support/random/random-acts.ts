// Random acts of two people on records, their associations and their definitions, sent to a whole application as
// commands: what is refused has not been done.
import fc from 'fast-check';
import {
  ArchiveAssociationType,
  DefineAssociationTypes,
} from '../../../src/crm/associations/types/association-type.commands';
import { Associate, Dissociate } from '../../../src/crm/associations/association.commands';
import type { RecordRef } from '../../../src/crm/associations/association.events';
import { ArchiveProperty, CreateProperty } from '../../../src/crm/properties/property.commands';
import type { PropertyDefinition } from '../../../src/crm/properties/property.events';
import { SEES_ALL } from '../../../src/crm/properties/values/sensitivity';
import { EraseRecord, PurgeRecord } from '../../../src/crm/records/ends/record-end.commands';
import {
  ArchiveRecord,
  CreateRecord,
  MergeRecords,
  UnarchiveRecord,
  UpdateRecord,
} from '../../../src/crm/records/record.commands';
import type { Actor } from '../../../src/eventsourcing/event';
import { metaOf } from '../../../src/caller';
import { Refusal } from '../../../src/refusals';
import type { Inside } from '../servers/inside';

export const TYPES = ['contacts', 'companies', 'deals'] as const;
const NAME = { contacts: 'firstname', companies: 'name', deals: 'dealname' } as const;
/** A unique value of contacts, a property of all types that may be defined or not, and one more of each. */
const EMAILS = 3;
const OWN = 'p_random';
const SLOTS = 3;

const KINDS = {
  ...{ create: 2, change: 10, email: 10, archive: 5, unarchive: 5, link: 4, label: 4, unlink: 3 },
  ...{ merge: 1, erase: 1, purge: 1, define: 1, undefine: 1, defineLabel: 1, archiveLabel: 1 },
};
type Kind = keyof typeof KINDS;
const LASTING: ReadonlySet<Kind> = new Set<Kind>([
  ...(['merge', 'erase', 'purge', 'define', 'undefine', 'defineLabel', 'archiveLabel'] as const),
]);

export type Who = 'one' | 'other';
export interface Act {
  readonly who: Who;
  readonly kind: Kind;
  readonly type: (typeof TYPES)[number];
  readonly otherType: (typeof TYPES)[number];
  readonly slot: number;
  readonly otherSlot: number;
  readonly value: string | null;
  readonly isOwn: boolean;
}

const acts = (kinds: readonly Kind[]) =>
  fc.record<Act>({
    who: fc.constantFrom<Who>('one', 'one', 'other'),
    kind: fc.oneof(...kinds.map((kind) => ({ weight: KINDS[kind], arbitrary: fc.constant(kind) }))),
    type: fc.constantFrom('contacts', ...TYPES),
    otherType: fc.constantFrom(...TYPES),
    slot: fc.nat(SLOTS - 1),
    otherSlot: fc.nat(SLOTS - 1),
    value: fc.constantFrom(null, 'a', 'b', 'c', 'Łódź 🚀, "x"'),
    isOwn: fc.boolean(),
  });
const every = Object.keys(KINDS) as Kind[];

/** So many acts, the same for the same seed. `undoable`: of the kinds that an undo takes back. */
export const sampled = (seed: number, count: number, undoable = false): Act[] =>
  fc.sample(acts(undoable ? every.filter((kind) => !LASTING.has(kind)) : every), { seed, numRuns: count });

export const definitionOf = (name: string): PropertyDefinition => ({
  ...{ name, label: name, type: 'string', fieldType: 'text', groupName: 'g', description: '', options: [] },
  ...{ displayOrder: -1, hasUniqueValue: false, hidden: false, formField: false },
  ...{ dataSensitivity: 'non_sensitive', readOnlyValue: false },
});
const GROUP = { contacts: 'contactinformation', companies: 'companyinformation', deals: 'dealinformation' };

/** Acts on records of its own. */
export class Acting {
  private readonly ids = new Map<string, string>();
  private readonly labels: number[] = [];
  private labelled = 0;
  private done = 0;

  constructor(
    private readonly inside: Inside,
    private readonly actors: Readonly<Record<Who, Actor>>,
    /** Part of every unique name. */
    private readonly name: string,
  ) {}

  get records(): RecordRef[] {
    return [...this.ids].map(([slot, recordId]) => ({ objectType: slot.split('/')[0]!, recordId }));
  }

  /** Creates a record for each place there is, contacts with an address of their own. */
  async populate(): Promise<void> {
    for (const type of TYPES)
      for (let slot = 0; slot < SLOTS; slot++)
        await this.all([
          {
            who: 'other',
            kind: 'create',
            type,
            otherType: type,
            slot,
            otherSlot: slot,
            value: 'a',
            isOwn: true,
          },
        ]);
  }

  /** Acts one after another; answers how many were not refused. */
  async all(these: readonly Act[]): Promise<number> {
    const before = this.done;
    for (const act of these)
      try {
        await this.act(act);
        this.done++;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
    return this.done - before;
  }

  private async act(act: Act): Promise<void> {
    const { commands, engine } = this.inside;
    const { kind, otherType, slot, otherSlot, value, isOwn } = act;
    const type = kind === 'email' ? 'contacts' : act.type;
    const context = {
      meta: { ...metaOf(this.inside.asked()), actor: this.actors[act.who] },
      viewer: SEES_ALL,
    };
    const own = {
      ...this.inside.asked(),
      caller: { ...this.inside.asked().caller, actor: context.meta.actor },
    };
    const email = `${slot % EMAILS}-${this.name}@random.example`;
    if (kind === 'create') {
      const id = await engine.ids.draw();
      const values = { [NAME[type]]: value ?? 'new', ...(type === 'contacts' && isOwn && { email }) };
      await commands.execute(new CreateRecord(type, id, values, context));
      this.ids.set(`${type}/${otherSlot}`, id);
    }
    if (kind === 'define')
      await commands.execute(new CreateProperty(type, { ...definitionOf(OWN), groupName: GROUP[type] }, own));
    if (kind === 'undefine') await commands.execute(new ArchiveProperty(type, OWN, own));
    if (kind === 'defineLabel') {
      const name = `l${this.labelled++}_${this.name}`;
      const asked = { fromType: 'contacts', toType: 'companies', name, label: name };
      const { types } = await commands.execute(new DefineAssociationTypes([asked], own));
      this.labels.push(types[0]!.typeId);
    }
    const label = this.labels[otherSlot % Math.max(1, this.labels.length)];
    if (kind === 'archiveLabel' && label) await commands.execute(new ArchiveAssociationType(label, own));
    const id = this.ids.get(`${type}/${otherSlot}`);
    if (id === undefined) return;
    if (kind === 'change')
      await commands.execute(new UpdateRecord(type, id, { [isOwn ? OWN : NAME[type]]: value }, context));
    if (kind === 'email')
      await commands.execute(new UpdateRecord(type, id, { email: value && email }, context));
    if (kind === 'archive') await commands.execute(new ArchiveRecord(type, id, context));
    if (kind === 'unarchive') await commands.execute(new UnarchiveRecord(type, id, context));
    if (kind === 'erase') await commands.execute(new EraseRecord(type, id, context));
    if (kind === 'purge') {
      await commands.execute(new ArchiveRecord(type, id, context));
      await commands.execute(new PurgeRecord(type, id, context));
    }
    const other = this.ids.get(`${kind === 'label' ? 'companies' : otherType}/${slot}`);
    if (other === undefined) return;
    const into = this.ids.get(`${type}/${slot}`);
    if (kind === 'merge' && into !== undefined)
      await commands.execute(new MergeRecords(type, into, id, context));
    const ends = [
      { objectType: type, recordId: id },
      { objectType: otherType, recordId: other },
    ] as const;
    if (kind === 'link') await commands.execute(new Associate(...ends, [], context));
    if (kind === 'unlink') await commands.execute(new Dissociate(...ends, undefined, context));
    const contact = this.ids.get(`contacts/${otherSlot}`);
    if (kind !== 'label' || label === undefined || contact === undefined) return;
    const specs = [{ category: 'USER_DEFINED' as const, typeId: label }];
    const labelled = [
      { objectType: 'contacts', recordId: contact },
      { objectType: 'companies', recordId: other },
    ] as const;
    await commands.execute(
      isOwn ? new Dissociate(...labelled, specs, context) : new Associate(...labelled, specs, context),
    );
  }
}
