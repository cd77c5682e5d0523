// Queries on the recycle bin: archived records with who archived them, when, and until when they can be brought back.
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { records, type RecordDocument } from '../../projections/crm/records';
import { users } from '../../projections/users';
import { recordDocumentId } from '../crm/records/record.vocabulary';
import { Definitions } from '../crm/properties/definitions';
import { ObjectTypes } from '../crm/schemas/object-types-known';
import { reaches, within } from '../crm/records/reach';
import { present, returnedProperties, type Returned } from '../crm/records/record.view';
import type { Viewer } from '../crm/properties/values/sensitivity';
import { normalEmail } from '../identity/emails';
import type { Found } from '../read/document-store';
import { ReadModels, type Freshness } from '../read/read-models';
import { Refusal } from '../refusals';
import { binBegin, binFilter, purgeTime } from './bin';
import type { BinSelection } from './bin-restore.events';

export interface BinEntry {
  readonly id: string;
  /** The value of the property that is shown as a record's name. */
  readonly name: string | null;
  readonly archivedAt: string;
  readonly archivedBy: (NonNullable<RecordDocument['archivedBy']> & { readonly email?: string }) | null;
  /** ISO time from which on the record cannot be brought back. */
  readonly purgeAt: string;
  readonly createdAt: string;
  readonly properties: Readonly<Record<string, string | null>>;
}

export class ListBin extends Query<Found<BinEntry>> {
  constructor(
    readonly objectType: string,
    readonly selection: Omit<BinSelection, 'filterGroups'>,
    readonly page: {
      readonly limit: number;
      readonly after?: string | undefined;
      readonly properties: readonly string[];
      readonly viewer: Viewer;
      /** ISO time of the request. */
      readonly now: string;
    },
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(ListBin)
export class ListBinHandler implements IQueryHandler<ListBin> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly objectTypes: ObjectTypes,
    private readonly definitions: Definitions,
  ) {}

  async execute({ objectType, selection, page, fresh }: ListBin): Promise<Found<BinEntry>> {
    const type = await this.objectTypes.named(objectType);
    const known = await this.definitions.bothOf(objectType);
    const inBin = binFilter(type, known.current, { ...selection, filterGroups: [] }, page.now);
    const filter = within(page.viewer, objectType, 'view', inBin);
    const { limit, after } = page;
    const options = { filter, sort: ['-archivedAt'], limit, ...(after !== undefined && { after }) };
    const { docs, next } = await this.readModels.find(records, options, fresh);
    const returned = returnedProperties(page.viewer, objectType, known, page.properties);
    const emails = await this.emails(docs);
    const entries = docs.map((doc) => entryOf(doc, type.displayProperty, returned, emails));
    return { docs: entries, ...(next !== undefined && { next }) };
  }

  private async emails(docs: readonly RecordDocument[]): Promise<ReadonlyMap<string, string>> {
    const ids = new Set(docs.flatMap(({ archivedBy }) => archivedBy?.userId ?? []));
    const found = await this.readModels.getMany(users, [...ids]);
    return new Map([...found.values()].map(({ id, email }) => [id, email]));
  }
}

function entryOf(
  doc: RecordDocument,
  display: string,
  returned: Returned,
  emails: ReadonlyMap<string, string>,
): BinEntry {
  const archivedAt = doc.archivedAt ?? doc.updatedAt;
  const { archivedBy } = doc;
  const email = emails.get(archivedBy?.userId ?? '');
  const { id, createdAt, properties } = present(doc, returned);
  const name = present(doc, { ...returned, names: [display] }).properties[display] ?? null;
  return {
    ...{ id, name, archivedAt },
    archivedBy: archivedBy && { ...archivedBy, ...(email !== undefined && { email }) },
    ...{ purgeAt: purgeTime(archivedAt), createdAt, properties },
  };
}

/** Whether a record is in the bin at an ISO time, and its viewer can bring it back. */
export class IsInBin extends Query<boolean> {
  constructor(
    readonly objectType: string,
    readonly id: string,
    readonly now: string,
    readonly viewer: Viewer,
  ) {
    super();
  }
}

@QueryHandler(IsInBin)
export class IsInBinHandler implements IQueryHandler<IsInBin> {
  constructor(private readonly readModels: ReadModels) {}

  async execute({ objectType, id, now, viewer }: IsInBin): Promise<boolean> {
    const found = await this.readModels.get(records, recordDocumentId(objectType, id), {});
    if (
      !found ||
      (['view', 'delete'] as const).some((right) => !reaches(viewer, objectType, right, found.values))
    )
      return false;
    return found.archivedAt !== null && found.archivedAt > binBegin(now);
  }
}

/** The id that `archivedBy` stands for: `archivedBy` itself, or the user of an e-mail address. */
export class WhoArchived extends Query<string> {
  constructor(readonly asked: string) {
    super();
  }
}

@QueryHandler(WhoArchived)
export class WhoArchivedHandler implements IQueryHandler<WhoArchived> {
  constructor(private readonly readModels: ReadModels) {}

  async execute({ asked }: WhoArchived): Promise<string> {
    if (!asked.includes('@')) return asked;
    const email = normalEmail(asked);
    const { docs } = await this.readModels.find(users, { filter: { email }, limit: 1 });
    if (!docs[0]) throw new Refusal('user-unknown');
    return docs[0].id;
  }
}
