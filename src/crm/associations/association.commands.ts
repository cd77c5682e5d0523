// Commands on the associations of a pair of records. Imports, merges and restores send them too.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { TypeSpec } from './types/association-types';
import { AssociationWriter, type AssociationWritten } from './association-writer';
import type { RecordRef } from './association.events';
import type { WriteContext } from '../records/record-writer';

/**
 * Associates two records, plural names: with the types given, as they are numbered from `from` to `to`, and always with
 * the pair's default type; with that alone where none is given. What is there stays. Refused with
 * `association-type-unknown`, and with `record-unknown` where one of the two is not live. `expectedRevision` is not
 * looked at. The same command id may serve for several pairs: each pair has its own stream.
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
 * Takes types away from two records, all of them where `types` is undefined; the default type stays as long as another
 * does. Records that are not associated, or not there, are passed over. Refused with `association-type-unknown`.
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

export const associationCommandHandlers = [AssociateHandler, DissociateHandler];
