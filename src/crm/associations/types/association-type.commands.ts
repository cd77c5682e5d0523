// Commands on association types that the account defines: labels, and default types of custom objects. Standard
// association types are part of the build and do not change.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { asAsked, type CommandContext } from '../../../caller';
import type { EventOf } from '../../../eventsourcing/event';
import { Streams } from '../../../eventsourcing/streams';
import { Refusal } from '../../../refusals';
import { AssociationTypes } from './association-types';
import {
  archiveType,
  ASSOCIATION_TYPES_STREAM,
  associationTypes,
  defineTypes,
  relabelType,
  type AssociationTypesState,
  type DefinedType,
  type NewType,
} from './association-type.decider';
import type { AssociationTypeEvents } from './association-type.events';
import { FIRST_OWN_TYPE_ID } from './standard-association-types';

export interface TypesWritten {
  /** The types that the command defined or changed; none after an archiving. */
  readonly types: readonly DefinedType[];
  readonly position: bigint;
}

/**
 * Defines types, all of them or none. A type without a label is the default type of its pair of object types, which may
 * have one only. Refused with `association-type-exists`, `association-type-invalid`.
 */
export class DefineAssociationTypes extends Command<TypesWritten> {
  constructor(
    readonly types: readonly NewType[],
    readonly asked: CommandContext,
  ) {
    super();
  }
}

/**
 * Gives an association type new labels. `typeId` is its number in either direction, and the labels are those in that
 * direction. Refused with `association-type-unknown`, `association-type-standard`, `association-type-invalid`.
 */
export class RelabelAssociationType extends Command<TypesWritten> {
  constructor(
    readonly typeId: number,
    readonly labels: { readonly label: string; readonly inverseLabel?: string | undefined },
    readonly asked: CommandContext,
  ) {
    super();
  }
}

/**
 * Archives an association type: links of it are no longer shown. Refused with `association-type-unknown`,
 * `association-type-standard`, `association-type-invalid`.
 */
export class ArchiveAssociationType extends Command<TypesWritten> {
  constructor(
    readonly typeId: number,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

type Decide = (state: AssociationTypesState) => EventOf<AssociationTypeEvents>[];

export class AssociationTypeWriter {
  constructor(
    private readonly streams: Streams,
    private readonly types: AssociationTypes,
  ) {}

  async write(asked: CommandContext, decide: Decide): Promise<TypesWritten> {
    const { state, revision, position, events } = await this.streams.change(
      associationTypes,
      ASSOCIATION_TYPES_STREAM,
      decide,
      ...asAsked(asked),
    );
    this.types.learn(state, revision);
    const ids = new Set(events.map(({ data }) => data.typeId));
    return { types: state.defined.filter(({ typeId }) => ids.has(typeId)), position };
  }
}

function refuseStandard(typeId: number): void {
  if (typeId < FIRST_OWN_TYPE_ID) throw new Refusal('association-type-standard');
}

@CommandHandler(DefineAssociationTypes)
export class DefineAssociationTypesHandler implements ICommandHandler<DefineAssociationTypes> {
  constructor(private readonly writer: AssociationTypeWriter) {}

  execute({ types, asked }: DefineAssociationTypes): Promise<TypesWritten> {
    return this.writer.write(asked, (state) => defineTypes(state, types));
  }
}

@CommandHandler(RelabelAssociationType)
export class RelabelAssociationTypeHandler implements ICommandHandler<RelabelAssociationType> {
  constructor(private readonly writer: AssociationTypeWriter) {}

  execute({ typeId, labels, asked }: RelabelAssociationType): Promise<TypesWritten> {
    refuseStandard(typeId);
    return this.writer.write(asked, (state) => relabelType(state, typeId, labels));
  }
}

@CommandHandler(ArchiveAssociationType)
export class ArchiveAssociationTypeHandler implements ICommandHandler<ArchiveAssociationType> {
  constructor(private readonly writer: AssociationTypeWriter) {}

  execute({ typeId, asked }: ArchiveAssociationType): Promise<TypesWritten> {
    refuseStandard(typeId);
    return this.writer.write(asked, (state) => archiveType(state, typeId));
  }
}

export const associationTypeCommandHandlers = [
  DefineAssociationTypesHandler,
  RelabelAssociationTypeHandler,
  ArchiveAssociationTypeHandler,
];
