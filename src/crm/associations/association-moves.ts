// Moves or removes all associations of one record, as a merge, an erasure and a purge need it. Each pair of records is
// changed on its own, all under one command id, so that doing it again after a crash is harmless.
import { Injectable } from '@nestjs/common';
import { associations, type AssociationDocument } from '../../../projections/crm/associations';
import type { Meta } from '../../eventsourcing/event';
import { Streams } from '../../eventsourcing/streams';
import { ReadModels } from '../../read/read-models';
import { AssociationWriter } from './association-writer';
import type { RecordRef } from './association.events';
import { mapConcurrently } from '../map-concurrently';
import { associationIdRange } from './association.vocabulary';

const PAGE = 200;

@Injectable()
export class AssociationMoves {
  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly writer: AssociationWriter,
  ) {}

  /**
   * Gives all associations of a record to its survivor, with all their types, also those with archived records; an
   * association between the two is removed. The record must have been merged already: an association added later is not
   * moved. An associated record that is merged meanwhile is replaced by its own survivor, because its own move may have
   * passed this pair by. Answers how many pairs there were.
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

  /** Removes all associations of a record. Answers how many pairs there were. */
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
    // Everything that was associated before must be seen, including what another process appended.
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
