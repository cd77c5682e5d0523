// Puts into entries what their events do not carry: e-mail and name of the actor, and the name that the target has now.
import { reaches } from '../crm/records/reach';
import { scopeNameOf } from '../crm/schemas/object-type.vocabulary';
import { hasScope } from '../identity/api-keys/scopes';
import { apiKeys } from '../../projections/api-keys';
import type { AuditEntry } from '../../projections/audit/audit';
import { binRestores } from '../../projections/bin-restores';
import { employees } from '../../projections/identity/employees';
import { exportList } from '../../projections/exports';
import { imports } from '../../projections/imports';
import { loads } from '../../projections/transfers/loads';
import type { AnyProjection, Projection } from '../../projections/projection';
import { records } from '../../projections/crm/records';
import { restores } from '../../projections/restores';
import { users } from '../../projections/users';
import { recordDocumentId } from '../crm/records/record.vocabulary';
import { hiddenByType, type Sensitivities } from '../crm/properties/values/hidden-names';
import type { Viewer } from '../crm/properties/values/sensitivity';
import type { ObjectTypes } from '../crm/schemas/object-types-known';
import { isEmployeeId } from '../identity/identity.vocabulary';
import type { EventMap } from '../eventsourcing/event';
import type { Doc } from '../read/document-store';
import type { Freshness, ReadModels } from '../read/read-models';
import type { AuditActor, AuditTarget } from './audit-entry.vocabulary';

/** Who did what an entry tells of, as it is shown. */
export interface ShownActor extends Omit<AuditActor, 'keyId'> {
  /** Name of an API key, an import, a load, a restore, a link or an employee of the vendor. */
  readonly name?: string;
  /** The API key that asked for the import, the load or the restore, made the link, or reported the activity. */
  readonly via?: { readonly type: 'apiKey'; readonly id: string; readonly name?: string };
}

export interface NamedEntry extends Omit<AuditEntry, 'actor'> {
  readonly actor: ShownActor;
}

type Ids = ReadonlySet<string>;
type NamesById = ReadonlyMap<string, string>;
/** Where documents are found by id. */
export type Lookup = Pick<ReadModels, 'getMany'>;
type Look = (models: Lookup, ids: Ids, fresh?: Freshness) => Promise<NamesById>;

const look =
  <D extends Doc, M extends EventMap>(projection: Projection<D, M>, nameOf: (doc: D) => string): Look =>
  async (models, ids, fresh) => {
    const found = ids.size === 0 ? new Map<string, D>() : await models.getMany(projection, [...ids], fresh);
    return new Map([...found].map(([id, doc]) => [id, nameOf(doc)]));
  };

/** All projections in which names are found. */
export const namesComeFrom: readonly AnyProjection[] = [
  ...[users, employees, apiKeys, imports, loads, exportList, restores, binRestores, records],
];

const BIN = 'Restore from the recycle bin';
/** Where names are found, by type of target: where they can be changed and forgotten, never in an event's metadata. */
const sources = {
  users: look(users, ({ email }) => email),
  employees: look(employees, ({ email }) => email),
  'employee-names': look(employees, ({ name }) => name),
  'api-keys': look(apiKeys, ({ name }) => name),
  imports: look(imports, ({ name }) => name),
  loads: look(loads, ({ fileName }) => fileName),
  exports: look(exportList, ({ name }) => name),
  restores: look(restores, (doc) => doc.imports.map(({ name }) => name).join(', ') || 'Data Restore'),
  'bin-restores': look(binRestores, () => BIN),
} as const;
type Kind = keyof typeof sources;
const kinds = Object.keys(sources) as Kind[];
const isKind = (type: string): type is Kind => type in sources && kinds.includes(type as Kind);

/** Where the name of an actor may be found. */
const kindsOf: Readonly<Partial<Record<AuditActor['type'], readonly Kind[]>>> = {
  apiKey: ['api-keys'],
  import: ['imports'],
  load: ['loads'],
  restore: ['restores', 'bin-restores'],
  employee: ['employee-names'],
};

/** Where the e-mail address of a person is found. */
const kindOf = (userId: string): Kind => (isEmployeeId(userId) ? 'employees' : 'users');

export class EntryNames {
  constructor(
    private readonly readModels: Lookup,
    private readonly objectTypes: Pick<ObjectTypes, 'finder'>,
    private readonly definitions: Sensitivities,
  ) {}

  async named(entries: readonly AuditEntry[], viewer: Viewer, fresh?: Freshness): Promise<NamedEntry[]> {
    const [found, recordNames] = await Promise.all([
      this.names(entries, fresh),
      this.recordNames(entries, viewer, fresh),
    ]);
    const nameOf = (kind: Kind, id: string) => found.get(kind)!.get(id);
    return entries.map((entry) => namedAll(entry, nameOf, recordNames));
  }

  private async names(
    entries: readonly AuditEntry[],
    fresh: Freshness | undefined,
  ): Promise<ReadonlyMap<Kind, NamesById>> {
    const wanted = new Map(kinds.map((kind) => [kind, new Set<string>()]));
    for (const { actor, target } of entries) {
      if (actor.email === undefined && actor.userId !== undefined)
        wanted.get(kindOf(actor.userId))!.add(actor.userId);
      if (actor.keyId !== undefined) wanted.get('api-keys')!.add(actor.keyId);
      for (const kind of kindsOf[actor.type] ?? []) wanted.get(kind)!.add(actor.id);
      if (target && target.label === undefined && isKind(target.type))
        wanted.get(target.type)!.add(target.id);
    }
    const found = kinds.map(
      async (kind) => [kind, await sources[kind](this.readModels, wanted.get(kind)!, fresh)] as const,
    );
    return new Map(await Promise.all(found));
  }

  /**
   * Names of records, as far as the viewer may see them: that of the time of the act, where the entry has it, or the one
   * of now, the value of the property that shows a record.
   */
  private async recordNames(
    entries: readonly AuditEntry[],
    viewer: Viewer,
    fresh: Freshness | undefined,
  ): Promise<RecordNames> {
    const find = await this.objectTypes.finder();
    const targets = entries.flatMap(({ target }) => (target && find(target.type) ? [target] : []));
    const ids = targets.map(({ type, id }) => recordDocumentId(type, id));
    const found = await this.readModels.getMany(records, [...new Set(ids)], fresh);
    const types = [...new Set(targets.map(({ type }) => type))];
    const hidden = await hiddenByType(viewer, this.definitions, types);
    return ({ type, id, label }) => {
      const known = find(type);
      if (!known) return undefined;
      const values = found.get(recordDocumentId(type, id))?.values;
      const isSeen =
        !hidden.get(type)!.has(known.displayProperty) &&
        hasScope(viewer, `crm.objects.${scopeNameOf(type)}.read`) &&
        (viewer.reach === undefined || (values !== undefined && reaches(viewer, type, 'view', values)));
      return { name: isSeen ? (label ?? values?.[known.displayProperty]) : undefined };
    };
  }
}

/** Undefined where the target is no record. */
type RecordNames = (target: AuditTarget) => { readonly name: string | undefined } | undefined;
type NameOf = (kind: Kind, id: string) => string | undefined;
const NO_KINDS: readonly Kind[] = [];

function namedAll(entry: AuditEntry, nameOf: NameOf, recordNames: RecordNames): NamedEntry {
  const target = entry.target && namedTarget(entry.target, nameOf, recordNames);
  const { type } = entry.actor;
  const names = (kindsOf[type] ?? NO_KINDS).map((kind) => nameOf(kind, entry.actor.id));
  // A link opens one file: the link is called by that file.
  const name = type === 'link' ? linkName(target) : names.find((one) => one !== undefined);
  const actor = shown(entry.actor, name, nameOf);
  return target ? { ...entry, actor, target } : { ...entry, actor };
}

const linkName = (file: AuditEntry['target']): string =>
  file && (file.type === 'backups' || file.type === 'exports')
    ? `Link to ${file.label ?? `the backup ${file.id}`}`
    : 'Link to a file';

function shown({ keyId, ...actor }: AuditActor, name: string | undefined, nameOf: NameOf): ShownActor {
  const { userId } = actor;
  const email = actor.email ?? (userId === undefined ? undefined : nameOf(kindOf(userId), userId));
  const key = keyId === undefined || actor.type === 'apiKey' ? undefined : keyId;
  const keyName = key === undefined ? undefined : nameOf('api-keys', key);
  return {
    ...actor,
    ...(email !== undefined && { email }),
    ...(name !== undefined && { name }),
    ...(key !== undefined && {
      via: { type: 'apiKey', id: key, ...(keyName !== undefined && { name: keyName }) },
    }),
  };
}

function namedTarget(target: AuditTarget, nameOf: NameOf, recordNames: RecordNames): AuditTarget {
  const { type, id } = target;
  const record = recordNames(target);
  const label = record ? record.name : (target.label ?? (isKind(type) ? nameOf(type, id) : undefined));
  return { type, id, ...(label !== undefined && { label }) };
}
