// The query for what can be written next in a query of the audit log.
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { apiKeys } from '../../../projections/api-keys';
import { schemas } from '../../../projections/crm/schemas';
import { imports } from '../../../projections/imports';
import type { Projection } from '../../../projections/projection';
import { users } from '../../../projections/users';
import { Definitions } from '../../crm/properties/definitions';
import { objectTypes } from '../../crm/schemas/object-type.vocabulary';
import type { EventMap } from '../../eventsourcing/event';
import { GetTeamNames } from '../../identity/teams/team.queries';
import type { Doc } from '../../read/document-store';
import { regexOf } from '../../read/filters/text-patterns';
import { ReadModels } from '../../read/read-models';
import { completionOf, type Completion } from './query-completion';
import type { FieldName } from './query-fields';

const MOST = 20;
/** Types of targets that are no objects of the CRM. */
const others = [
  'users',
  'teams',
  'roles',
  'api-keys',
  'sessions',
  'imports',
  'exports',
  'backups',
  'restores',
];

export class CompleteQuery extends Query<Completion> {
  constructor(
    readonly text: string,
    readonly at: number,
  ) {
    super();
  }
}

@QueryHandler(CompleteQuery)
export class CompleteQueryHandler implements IQueryHandler<CompleteQuery> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly queries: QueryBus,
    private readonly definitions: Definitions,
  ) {}

  execute({ text, at }: CompleteQuery): Promise<Completion> {
    return completionOf(text, at, (field, begun) => this.valuesOf(field, begun));
  }

  private async valuesOf(field: FieldName, begun: string): Promise<readonly string[]> {
    const people = () => this.found(users, 'email', begun, ({ email }) => email);
    const values: Partial<Record<FieldName, () => Promise<readonly string[]>>> = {
      user: people,
      actor: people,
      key: () => this.found(apiKeys, 'name', begun, ({ name }) => name),
      import: () => this.found(imports, 'name', begun, ({ name }) => name),
      team: async () => [...(await this.queries.execute(new GetTeamNames())).values()].sort(),
      type: async () => [...(await this.types()), ...others],
      subcategory: () => this.types(),
      target: async () => [...(await this.types()), ...others].map((name) => `${name}/`),
      property: () => this.properties(begun.toLowerCase()),
    };
    return (await values[field]?.()) ?? [];
  }

  private async types(): Promise<string[]> {
    const { docs } = await this.readModels.find(schemas, { filter: { archived: false }, limit: MOST });
    return [...objectTypes.map(({ name }) => name), ...docs.map(({ schema }) => schema.name)];
  }

  private async properties(begun: string): Promise<string[]> {
    const names = new Set<string>();
    for (const type of await this.types())
      for (const name of (await this.definitions.of(type)).keys())
        if (name.startsWith(begun)) names.add(name);
    return [...names].sort();
  }

  private async found<D extends Doc, M extends EventMap>(
    projection: Projection<D, M>,
    path: string,
    begun: string,
    textOf: (doc: D) => string,
  ): Promise<string[]> {
    const begins = { $regex: regexOf({ start: 'text', end: 'any', texts: [begun] }), $options: 'i' } as const;
    const filter = begun === '' ? {} : { [path]: begins };
    const { docs } = await this.readModels.find(projection, { filter, sort: [path], limit: MOST });
    return docs.map(textOf);
  }
}
