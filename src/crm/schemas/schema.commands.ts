// Commands on the schemas of custom object types.
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { records } from '../../../projections/crm/records';
import { asAsked, metaOf, newId, type CommandContext } from '../../caller';
import type { EventOf } from '../../eventsourcing/event';
import { refuseTooLarge } from '../../eventsourcing/stores/serialized';
import { Streams } from '../../eventsourcing/streams';
import { ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { recordIdRange } from '../records/record.vocabulary';
import { DefineAssociationTypes } from '../associations/types/association-type.commands';
import type { NewType } from '../associations/types/association-type.decider';
import { AssociationTypes } from '../associations/types/association-types';
import { mapConcurrently } from '../map-concurrently';
import { Definitions } from '../properties/definitions';
import { schemaStream } from './object-types-at';
import { ObjectTypes } from './object-types-known';
import { PropertyWriter } from '../properties/property.commands';
import { checkDefinition, withOptions } from '../properties/property-check';
import { changeProperty, createProperty, type PropertyState } from '../properties/property.decider';
import type { PropertyDefinition } from '../properties/property.events';
import { PropertyGroups } from '../properties/groups/property-group.commands';
import { checkSchemaName, checkSchemaProperties, refused } from './schema-check';
import {
  archiveSchema,
  changeSchema,
  createSchema,
  schema,
  type DefinedSchema,
  type SchemaState,
} from './schema.decider';
import type { ObjectSchema, SchemaEvents } from './schema.events';
import { standardProperties } from '../properties/standard-properties';

export interface SchemaWritten {
  readonly schema: DefinedSchema;
  readonly position: bigint;
}

/** Creates a custom object type. Refused with `schema-invalid`, `schema-exists`, `property-invalid`. */
export class CreateSchema extends Command<SchemaWritten> {
  constructor(
    /** With the type id that it has elsewhere, where it is brought from there. */
    readonly schema: Omit<ObjectSchema, 'objectTypeId'> & Partial<Pick<ObjectSchema, 'objectTypeId'>>,
    readonly properties: readonly PropertyDefinition[],
    /** Plural names of the types that the new type gets a default association type with. */
    readonly associated: readonly string[],
    readonly asked: CommandContext,
  ) {
    super();
  }
}

/** Changes a schema. Refused with `schema-unknown`, `schema-invalid`. */
export class ChangeSchema extends Command<SchemaWritten> {
  constructor(
    readonly name: string,
    readonly to: Partial<ObjectSchema>,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

/** Archives a custom object type. Refused with `schema-unknown`, and with `schema-in-use` while it has live records. */
export class ArchiveSchema extends Command<SchemaWritten> {
  constructor(
    readonly name: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

type Decide = (state: SchemaState) => EventOf<SchemaEvents>[];

export class SchemaWriter {
  constructor(
    private readonly streams: Streams,
    private readonly objectTypes: ObjectTypes,
  ) {}

  async state(name: string): Promise<SchemaState> {
    return (await this.streams.load(schema, schemaStream(name))).state;
  }

  async write(name: string, asked: CommandContext, decide: Decide): Promise<SchemaWritten> {
    const { state, revision, position } = await this.streams.change(
      schema,
      schemaStream(name),
      decide,
      ...asAsked(asked),
    );
    if (state.status === 'none') throw new Refusal('schema-unknown');
    this.objectTypes.learn({ schema: state.schema, archived: state.status === 'archived', revision });
    return { schema: state, position };
  }
}

@CommandHandler(CreateSchema)
export class CreateSchemaHandler implements ICommandHandler<CreateSchema> {
  constructor(
    private readonly writer: SchemaWriter,
    private readonly properties: PropertyWriter,
    private readonly groups: PropertyGroups,
    private readonly associationTypes: AssociationTypes,
    private readonly commands: CommandBus,
  ) {}

  /**
   * Writes the schema last: others see the type only then, with all it consists of. If a crash comes before, creating
   * the type again takes over what was written.
   */
  async execute({ schema: given, properties, associated, asked }: CreateSchema): Promise<SchemaWritten> {
    const { name } = given;
    const complete: ObjectSchema = {
      ...given,
      objectTypeId: given.objectTypeId ?? `2-${await newId(asked.command)}`,
    };
    checkSchemaName(name);
    const definitions = properties.map(withOptions);
    const names = definitions.map((definition) => definition.name);
    const twice = names.find((one, index) => names.indexOf(one) !== index);
    if (twice !== undefined) throw refused('properties', `define '${twice}' twice`);
    const standard = standardProperties(name);
    const automatic = names.find((one) => standard.has(one));
    if (automatic !== undefined) throw refused('properties', `define '${automatic}', which every type has`);
    for (const definition of definitions) checkDefinition(definition);
    await this.groups.require(
      name,
      definitions.map(({ groupName }) => groupName),
    );
    checkSchemaProperties(
      complete,
      (one) => definitions.find((definition) => definition.name === one) ?? standard.get(one),
    );
    if (!asked.command.mayRepeat) createSchema(await this.writer.state(name), complete);
    const decide = (definition: PropertyDefinition) => (state: PropertyState) =>
      state.status === 'defined'
        ? changeProperty(state, definition)
        : createProperty(state, name, definition);
    // All are decided before the first is written: a type that is refused leaves nothing behind.
    await mapConcurrently(definitions, async (definition) => {
      const state = await this.properties.state(name, definition.name);
      refuseTooLarge(decide(definition)(state), metaOf(asked));
    });
    await mapConcurrently(definitions, (definition) =>
      this.properties.write(name, definition.name, asked, decide(definition)),
    );
    await this.associate(name, associated, asked);
    return this.writer.write(name, asked, (state) => createSchema(state, complete));
  }

  private async associate(name: string, associated: readonly string[], asked: CommandContext): Promise<void> {
    const types: NewType[] = [];
    for (const toType of associated) {
      const known = await this.associationTypes.between(name, toType);
      if (known.some(({ label }) => label === null)) continue;
      types.push({ fromType: name, toType, name: `${name}_to_${toType}`, label: null });
    }
    if (types.length > 0) await this.commands.execute(new DefineAssociationTypes(types, asked));
  }
}

@CommandHandler(ChangeSchema)
export class ChangeSchemaHandler implements ICommandHandler<ChangeSchema> {
  constructor(
    private readonly writer: SchemaWriter,
    private readonly definitions: Definitions,
  ) {}

  async execute({ name, to, asked }: ChangeSchema): Promise<SchemaWritten> {
    const definitions = await this.definitions.of(name);
    return this.writer.write(name, asked, (state) => {
      if (state.status === 'defined')
        checkSchemaProperties({ ...state.schema, ...to }, (property) => definitions.get(property));
      return changeSchema(state, to);
    });
  }
}

@CommandHandler(ArchiveSchema)
export class ArchiveSchemaHandler implements ICommandHandler<ArchiveSchema> {
  constructor(
    private readonly writer: SchemaWriter,
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
  ) {}

  async execute({ name, asked }: ArchiveSchema): Promise<SchemaWritten> {
    // Records count that any process has written before this.
    const after = await this.streams.store.head();
    const live = await this.readModels.count(
      records,
      { id: recordIdRange(name), archived: false },
      { after },
    );
    if (live > 0)
      throw new Refusal('schema-in-use', {
        message: `The object type still has ${live} records: archive them first`,
        context: { records: [String(live)] },
      });
    return this.writer.write(name, asked, archiveSchema);
  }
}

export const schemaCommandHandlers = [CreateSchemaHandler, ChangeSchemaHandler, ArchiveSchemaHandler];
