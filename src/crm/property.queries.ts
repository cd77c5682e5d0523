// Queries on property definitions: standard ones from the build, one custom one from its stream, all from the read model.
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { properties, type PropertyDocument } from '../../projections/properties';
import { Streams } from '../eventsourcing/streams';
import { ReadModels, type Freshness } from '../read/read-models';
import { propertyStream } from './definitions';
import { property } from './property.decider';
import { presentCustom, presentDefined, presentStandard, type PropertyView } from './property.view';
import { standardProperties } from './standard-properties';

/** All of a type, plural name, in byte order of their names. */
export class ListProperties extends Query<PropertyView[]> {
  constructor(
    readonly objectType: string,
    readonly archived: boolean,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

/** Undefined where there is none that is archived or not, as asked. */
export class GetProperty extends Query<PropertyView | undefined> {
  constructor(
    readonly objectType: string,
    readonly name: string,
    readonly archived: boolean,
  ) {
    super();
  }
}

const PAGE = 200;

@QueryHandler(ListProperties)
export class ListPropertiesHandler implements IQueryHandler<ListProperties> {
  constructor(private readonly readModels: ReadModels) {}

  async execute({ objectType, archived, fresh }: ListProperties): Promise<PropertyView[]> {
    const custom: PropertyDocument[] = [];
    for (let after: string | undefined; ;) {
      const filter = { id: { $gte: `${objectType}/`, $lt: `${objectType}0` }, archived };
      const options = { filter, limit: PAGE, ...(after !== undefined && { after }) };
      const page = await this.readModels.find(properties, options, fresh);
      custom.push(...page.docs);
      after = page.next;
      if (after === undefined) break;
    }
    const standard = standardProperties(objectType);
    const views = custom.filter(({ name }) => !standard.has(name)).map(presentCustom);
    if (!archived) views.push(...[...standard.values()].map(presentStandard));
    return views.sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

@QueryHandler(GetProperty)
export class GetPropertyHandler implements IQueryHandler<GetProperty> {
  constructor(private readonly streams: Streams) {}

  async execute({ objectType, name, archived }: GetProperty): Promise<PropertyView | undefined> {
    const standard = standardProperties(objectType).get(name);
    if (standard) return archived ? undefined : presentStandard(standard);
    if (!/^[a-z][a-z0-9_]{0,99}$/.test(name)) return undefined;
    const { state } = await this.streams.load(property, propertyStream(objectType, name));
    return state.status === (archived ? 'archived' : 'defined') ? presentDefined(state) : undefined;
  }
}

export const propertyQueryHandlers = [ListPropertiesHandler, GetPropertyHandler];
