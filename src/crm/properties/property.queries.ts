// Queries on property definitions. Standard ones come from the build, a single custom one from its stream, lists of
// custom ones from the read model.
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { properties, type PropertyDocument } from '../../../projections/crm/properties';
import { Streams } from '../../eventsourcing/streams';
import { ReadModels, type Freshness } from '../../read/read-models';
import { propertyIdRange } from './property.vocabulary';
import { propertyStream } from './definitions';
import { property } from './property.decider';
import type { PropertyDefinition } from './property.events';
import { presentCustom, presentDefined, presentStandard, type PropertyView } from './property.view';
import { standardProperties } from './standard-properties';

/** Which definitions to list; those of any sensitivity where none is named. */
export interface PropertiesWanted {
  readonly archived: boolean;
  readonly dataSensitivity?: PropertyDefinition['dataSensitivity'];
  readonly properties?: readonly string[] | undefined;
}

/** The definitions of an object type (plural name), in byte order of their names. */
export class ListProperties extends Query<PropertyView[]> {
  constructor(
    readonly objectType: string,
    readonly wanted: PropertiesWanted,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

/**
 * One definition, archived or current as `archived` says. Undefined where there is none, or where another sensitivity is
 * asked for.
 */
export class GetProperty extends Query<PropertyView | undefined> {
  constructor(
    readonly objectType: string,
    readonly name: string,
    readonly archived: boolean,
    readonly dataSensitivity?: PropertyDefinition['dataSensitivity'],
  ) {
    super();
  }
}

const PAGE = 200;

@QueryHandler(ListProperties)
export class ListPropertiesHandler implements IQueryHandler<ListProperties> {
  constructor(private readonly readModels: ReadModels) {}

  async execute({ objectType, wanted, fresh }: ListProperties): Promise<PropertyView[]> {
    const { archived, dataSensitivity, properties: names } = wanted;
    const custom: PropertyDocument[] = [];
    const filter = { id: propertyIdRange(objectType), archived };
    for await (const page of this.readModels.pages(properties, { filter, limit: PAGE }, fresh))
      custom.push(...page);
    const standard = standardProperties(objectType);
    const views = custom.filter(({ name }) => !standard.has(name)).map(presentCustom);
    if (!archived) views.push(...[...standard.values()].map(presentStandard));
    const found = views.filter(
      (view) =>
        (dataSensitivity === undefined || view.dataSensitivity === dataSensitivity) &&
        (names === undefined || names.includes(view.name)),
    );
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

@QueryHandler(GetProperty)
export class GetPropertyHandler implements IQueryHandler<GetProperty> {
  constructor(private readonly streams: Streams) {}

  async execute(query: GetProperty): Promise<PropertyView | undefined> {
    const found = await this.found(query);
    const { dataSensitivity } = query;
    return dataSensitivity === undefined || found?.dataSensitivity === dataSensitivity ? found : undefined;
  }

  private async found({ objectType, name, archived }: GetProperty): Promise<PropertyView | undefined> {
    const standard = standardProperties(objectType).get(name);
    if (standard) return archived ? undefined : presentStandard(standard);
    if (!/^[a-z][a-z0-9_]{0,99}$/.test(name)) return undefined;
    const { state } = await this.streams.load(property, propertyStream(objectType, name));
    return state.status === (archived ? 'archived' : 'defined') ? presentDefined(state) : undefined;
  }
}

export const propertyQueryHandlers = [ListPropertiesHandler, GetPropertyHandler];
