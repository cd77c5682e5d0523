// Moves or removes all associations of one record: what a merge, an erasure and a purge do to them. Each pair is a command
// of its own under one command id, so that carrying it out again after a crash is harmless.
import { Injectable } from '@nestjs/common';
import {
  associationIdRange,
  associations,
  type AssociationDocument,
} from '../../../projections/crm/associations';
import type { Meta } from '../../eventsourcing/event';
import { Streams } from '../../eventsourcing/streams';
import { ReadModels } from '../../read/read-models';
import { AssociationWriter } from './association-writer';
import type { RecordRef } from './association.events';
import { mapConcurrently } from '../map-concurrently';

const PAGE = 200;

@Injectable()
export class AssociationMoves {
  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly writer: AssociationWriter,
  ) {}

  /**
   * Gives a record's associations to another of its type, with all their types, those with archived records too; that
   * between the two goes. The record must be out of use already: what is associated with it later is not moved. Where
   * the other end is merged at the same time, what it was merged into is meant: its own move has passed this pair by.
   * Answers how many pairs there were.
   */
  async moveAssociations(
    record: RecordRef,
    intoId: string,
    meta: Meta,
    signal?: AbortSignal,
  ): Promise<number> {
    const into = { ...record, recordId: intoId };
    return this.each(record, signal, async ({ toType, toId, links }) => {
      const other = { objectType: toType, recordId: toId };
      const isInto = toType === into.objectType && toId === intoId;
      if (!isInto) await this.writer.addStanding(into, other, links, { meta, mayRepeat: true });
      await this.writer.part(record, other, { meta, mayRepeat: true });
    });
  }

  /** Takes all associations of a record away. Answers how many pairs there were. */
  async removeAssociations(record: RecordRef, meta: Meta, signal?: AbortSignal): Promise<number> {
    return this.each(record, signal, async ({ toType, toId }) => {
      const other = { objectType: toType, recordId: toId };
      await this.writer.part(record, other, { meta, mayRepeat: true });
    });
  }

  private async each(
    record: RecordRef,
    signal: AbortSignal = new AbortController().signal,
    work: (document: AssociationDocument) => Promise<void>,
  ): Promise<number> {
    // Everything that was associated before must be seen, also what another process appended.
    await this.readModels.waitFor(associations, await this.streams.store.head(), signal);
    let pairs = 0;
    const filter = { id: associationIdRange(record) };
    for await (const page of this.readModels.pages(associations, { filter, limit: PAGE })) {
      signal.throwIfAborted();
      await mapConcurrently(page, work);
      pairs += page.length;
    }
    return pairs;
  }
}
