// Reading the audit log: rows page by page, and one with everything known of it.
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { audit, type AuditActor, type AuditEntry, type AuditTarget } from '../../projections/audit';
import { recordDocumentId, records } from '../../projections/records';
import { users } from '../../projections/users';
import { GetAccount } from '../account/account.queries';
import type { Request } from '../caller';
import { Config } from '../config';
import { scopeNameOf } from '../crm/schemas/object-types';
import { ObjectTypes } from '../crm/schemas/object-types-known';
import type { Viewer } from '../crm/properties/sensitivity';
import { covers } from '../identity/scopes';
import type { Found } from '../read/document-store';
import { ReadModels, type Freshness } from '../read/read-models';
import { IsInBin } from '../recycle-bin/bin.queries';
import { Refusal } from '../refusals';
import { entryFilter, entrySort, type EntryQuery } from './entry-filter';
import { EntryValues, type ToldEntry } from './entry-values';
import { visibleIn } from './taxonomy';

export type EntryRow = Pick<
  AuditEntry,
  'id' | 'occurredAt' | 'category' | 'subCategory' | 'action' | 'actor' | 'target' | 'summary' | 'position'
>;

export class ListAuditEntries extends Query<Found<EntryRow>> {
  constructor(
    readonly asked: EntryQuery,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

export class GetAuditEntry extends Query<ToldEntry> {
  constructor(
    readonly id: string,
    readonly viewer: Viewer,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

/** Puts in what an event cannot know: the e-mail of its actor, and the name its target has now. */
export class EntryNames {
  constructor(
    private readonly readModels: ReadModels,
    private readonly objectTypes: ObjectTypes,
  ) {}

  async named(entries: readonly AuditEntry[]): Promise<AuditEntry[]> {
    const [emails, labels] = await Promise.all([this.emails(entries), this.labels(entries)]);
    return entries.map((entry) => ({
      ...entry,
      actor: withEmail(entry.actor, emails),
      ...(entry.target && { target: { ...labelOf(entry, labels), ...entry.target } }),
    }));
  }

  private async emails(entries: readonly AuditEntry[]): Promise<ReadonlyMap<string, string>> {
    const ids = entries.map(({ actor }) => (actor.email === undefined ? actor.userId : undefined));
    const found = await this.readModels.getMany(users, distinct(ids));
    return new Map([...found.values()].map((user) => [user.id, user.email]));
  }

  private async labels(entries: readonly AuditEntry[]): Promise<ReadonlyMap<string, string>> {
    const find = await this.objectTypes.finder();
    const ids = entries.map(({ target }) =>
      target && target.label === undefined && find(target.type)
        ? recordDocumentId(target.type, target.id)
        : undefined,
    );
    const found = await this.readModels.getMany(records, distinct(ids));
    return new Map(
      [...found.values()].flatMap((record) => {
        const name = record.values[find(record.objectType)?.displayProperty ?? ''];
        return name === undefined ? [] : [[record.id, name] as const];
      }),
    );
  }
}

/** The categories that the account's tier shows. */
export class VisibleCategories {
  constructor(
    private readonly queries: QueryBus,
    private readonly config: Config,
  ) {}

  async ids(): Promise<string[]> {
    const account = await this.queries.execute(new GetAccount());
    return visibleIn(account.status === 'open' ? account.tier : this.config.ACCOUNT_TIER).map(({ id }) => id);
  }
}

const distinct = (ids: readonly (string | undefined)[]): string[] => [
  ...new Set(ids.filter((id) => id !== undefined)),
];

function withEmail(actor: AuditActor, emails: ReadonlyMap<string, string>): AuditActor {
  const email = actor.email ?? emails.get(actor.userId ?? '');
  return email === undefined ? actor : { ...actor, email };
}

function labelOf({ target }: AuditEntry, labels: ReadonlyMap<string, string>) {
  const label = target && labels.get(recordDocumentId(target.type, target.id));
  return label === undefined ? {} : { label };
}

@QueryHandler(ListAuditEntries)
export class ListAuditEntriesHandler implements IQueryHandler<ListAuditEntries> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly names: EntryNames,
    private readonly visible: VisibleCategories,
    private readonly objectTypes: ObjectTypes,
  ) {}

  async execute({ asked, fresh }: ListAuditEntries): Promise<Found<EntryRow>> {
    const visible = await this.visible.ids();
    if (asked.category?.some((id) => !visible.includes(id))) throw new Refusal('tier-required');
    const { docs, next } = await this.readModels.find(
      audit,
      {
        filter: entryFilter(asked, visible, await this.objectTypes.finder()),
        sort: entrySort(asked),
        limit: asked.limit,
        ...(asked.after !== undefined && { after: asked.after }),
      },
      fresh,
    );
    const named = await this.names.named(docs);
    return { docs: named.map(rowOf), ...(next !== undefined && { next }) };
  }
}

const rowOf = (entry: AuditEntry): EntryRow => {
  const { id, occurredAt, category, subCategory, action, actor, target, summary, position } = entry;
  return {
    ...{ id, occurredAt, category, subCategory, action, actor },
    ...(target && { target }),
    ...{ summary, position },
  };
};

/** The record whose deletion an entry tells of, if that is what it tells of. */
export const deletedRecord = ({ eventType, target }: AuditEntry): AuditTarget | undefined =>
  eventType === 'record.archived.v1' ? target : undefined;

/** Whether the caller can bring back, from an entry, what its deletion took away. */
export class CanRestore extends Query<boolean> {
  constructor(
    readonly entry: AuditEntry,
    readonly asked: Request,
  ) {
    super();
  }
}

@QueryHandler(CanRestore)
export class CanRestoreHandler implements IQueryHandler<CanRestore> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ entry, asked: { caller, command } }: CanRestore): Promise<boolean> {
    const deleted = deletedRecord(entry);
    if (!deleted) return false;
    const { type, id } = deleted;
    const may = caller.scopes === 'all' || covers(caller.scopes, `crm.objects.${scopeNameOf(type)}.write`);
    return may && this.queries.execute(new IsInBin(type, id, command.at));
  }
}

@QueryHandler(GetAuditEntry)
export class GetAuditEntryHandler implements IQueryHandler<GetAuditEntry> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly names: EntryNames,
    private readonly visible: VisibleCategories,
    private readonly values: EntryValues,
  ) {}

  async execute({ id, viewer, fresh }: GetAuditEntry): Promise<ToldEntry> {
    const found = await this.readModels.get(audit, id, fresh);
    if (!found) throw new Refusal('audit-entry-unknown');
    if (!(await this.visible.ids()).includes(found.category)) throw new Refusal('tier-required');
    const [named] = await this.names.named([found]);
    return this.values.told(named!, viewer);
  }
}
