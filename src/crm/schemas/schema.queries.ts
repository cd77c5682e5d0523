// Queries on the schemas of object types: a single one comes from its stream, the list from the read model.
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { schemas } from '../../../projections/crm/schemas';
import { GetAccount } from '../../account/account.queries';
import { Streams } from '../../eventsourcing/streams';
import { ReadModels, type Freshness } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { AssociationTypes } from '../associations/types/association-types';
import { schemaStream } from './object-types-at';
import { ObjectTypes } from './object-types-known';
import { ListProperties } from '../properties/property.queries';
import { schema } from './schema.decider';
import { presentAssociation, presentSchema, type ShownSchema } from './schema.view';
import { STANDARD_SINCE } from '../properties/standard-properties';
import type { ObjectType } from './object-type.vocabulary';

/** What an answer tells of a type besides its schema. */
export interface Included {
  readonly includePropertyDefinitions: boolean;
  readonly includeAssociationDefinitions: boolean;
}

export type SchemaView = ReturnType<typeof presentSchema>;

/** One type, custom or standard, by any of its names. Refused with `object-type-unknown`. */
export class GetSchema extends Query<SchemaView> {
  constructor(
    readonly alias: string,
    readonly included: Included,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

/** The custom types in the order of their names. */
export class ListSchemas extends Query<SchemaView[]> {
  constructor(
    readonly archived: boolean,
    readonly included: Included,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

const PAGE = 200;

/** Makes the view of a schema, with the properties and association types that the type consists of. */
export class SchemaViews {
  constructor(
    private readonly queries: QueryBus,
    private readonly objectTypes: ObjectTypes,
    private readonly associationTypes: AssociationTypes,
  ) {}

  async of(shown: ShownSchema, included: Included, fresh: Freshness): Promise<SchemaView> {
    const { name } = shown.schema;
    const properties = included.includePropertyDefinitions
      ? await this.queries.execute(new ListProperties(name, { archived: false }, fresh))
      : [];
    const types = included.includeAssociationDefinitions ? await this.associationTypes.definedFor(name) : [];
    const find = await this.objectTypes.finder();
    const associations = types.flatMap((type) => presentAssociation(type, find));
    return presentSchema(shown, await this.accountId(), properties, associations);
  }

  async accountId(): Promise<string> {
    const account = await this.queries.execute(new GetAccount());
    return account.status === 'open' ? account.accountId : '';
  }
}

@QueryHandler(GetSchema)
export class GetSchemaHandler implements IQueryHandler<GetSchema> {
  constructor(
    private readonly streams: Streams,
    private readonly objectTypes: ObjectTypes,
    private readonly views: SchemaViews,
  ) {}

  async execute({ alias, included, fresh }: GetSchema): Promise<SchemaView> {
    const type = await this.objectTypes.named(alias);
    return this.views.of(await this.shown(type), included, fresh);
  }

  private async shown(type: ObjectType): Promise<ShownSchema> {
    if (!type.custom) return standardSchema(type);
    const { state } = await this.streams.load(schema, schemaStream(type.name));
    if (state.status !== 'defined') throw new Refusal('object-type-unknown');
    return { ...state, archived: false };
  }
}

@QueryHandler(ListSchemas)
export class ListSchemasHandler implements IQueryHandler<ListSchemas> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly views: SchemaViews,
  ) {}

  async execute({ archived, included, fresh }: ListSchemas): Promise<SchemaView[]> {
    const found: SchemaView[] = [];
    for await (const page of this.readModels.pages(schemas, { filter: { archived }, limit: PAGE }, fresh))
      for (const shown of page) found.push(await this.views.of(shown, included, fresh));
    return found;
  }
}

const standardSchema = (type: ObjectType): ShownSchema => ({
  schema: {
    name: type.name,
    objectTypeId: type.typeId,
    labels: type.labels,
    description: '',
    primaryDisplayProperty: type.displayProperty,
    secondaryDisplayProperties: [],
    requiredProperties: type.requiredProperties,
    searchableProperties: type.searchableProperties,
    allowsSensitiveProperties: true,
  },
  createdAt: STANDARD_SINCE,
  updatedAt: STANDARD_SINCE,
  archived: false,
});

export const schemaQueryHandlers = [GetSchemaHandler, ListSchemasHandler];
