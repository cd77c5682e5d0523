// Commands that associate two records or take their associations away; imports, merges and restores send them too.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { TypeSpec } from './types/association-types';
import { AssociationWriter, type AssociationWritten, type LinksWritten } from './association-writer';
import type { LinksMoved, RecordRef } from './association.events';
import type { WriteContext } from '../records/record-writer';

/**
 * Associates two records (object types by plural name) with the types given, numbered in the direction from `from` to
 * `to`, and always with the pair's default type. Existing types stay. Refused with `association-type-unknown`, and with
 * `record-unknown` where one of the two is not live. Ignores `expectedRevision`. One command id may serve for several
 * pairs, since each pair has its own stream.
 */
export class Associate extends Command<AssociationWritten> {
  constructor(
    readonly from: RecordRef,
    readonly to: RecordRef,
    readonly types: readonly TypeSpec[],
    readonly context: WriteContext,
  ) {
    super();
  }
}

/**
 * Takes `types` away from two records, or all types where `types` is undefined; the default type stays as long as
 * another type does. Nothing happens where the records are not associated or do not exist. Refused with
 * `association-type-unknown`.
 */
export class Dissociate extends Command<AssociationWritten> {
  constructor(
    readonly from: RecordRef,
    readonly to: RecordRef,
    readonly types: readonly TypeSpec[] | undefined,
    readonly context: WriteContext,
  ) {
    super();
  }
}

/**
 * For restores: gives two records exactly the links `links.to`, seen from `from`, where they have the links `links.from`;
 * where somebody has changed them since, they are left alone and reported as drifted. Refused with
 * `association-type-unknown` where a type to be added is no longer defined, and, where links are added, with
 * `record-unknown` unless both records are live.
 */
export class MoveLinks extends Command<LinksWritten> {
  constructor(
    readonly from: RecordRef,
    readonly to: RecordRef,
    readonly links: LinksMoved,
    readonly context: WriteContext,
  ) {
    super();
  }
}

@CommandHandler(Associate)
export class AssociateHandler implements ICommandHandler<Associate> {
  constructor(private readonly writer: AssociationWriter) {}

  execute({ from, to, types, context }: Associate): Promise<AssociationWritten> {
    return this.writer.associate(from, to, types, context);
  }
}

@CommandHandler(Dissociate)
export class DissociateHandler implements ICommandHandler<Dissociate> {
  constructor(private readonly writer: AssociationWriter) {}

  execute({ from, to, types, context }: Dissociate): Promise<AssociationWritten> {
    return this.writer.dissociate(from, to, types, context);
  }
}

@CommandHandler(MoveLinks)
export class MoveLinksHandler implements ICommandHandler<MoveLinks> {
  constructor(private readonly writer: AssociationWriter) {}

  execute({ from, to, links, context }: MoveLinks): Promise<LinksWritten> {
    return this.writer.move(from, to, links, context);
  }
}

export const associationCommandHandlers = [AssociateHandler, DissociateHandler, MoveLinksHandler];
