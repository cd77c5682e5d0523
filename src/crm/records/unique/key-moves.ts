// The chore that moves the reservations of unique values which earlier versions made under other keys, once for a read
// store.
import { Injectable } from '@nestjs/common';
import { records } from '../../../../projections/crm/records';
import { schemas } from '../../../../projections/crm/schemas';
import { systemMeta } from '../../../caller';
import { Streams } from '../../../eventsourcing/streams';
import { Chore } from '../../../jobs/chore';
import { DocumentStore } from '../../../read/document-store';
import { ReadModels } from '../../../read/read-models';
import type { Round } from '../../../supervision/aside';
import { objectTypes } from '../../schemas/object-type.vocabulary';
import { recordIdRange } from '../record.vocabulary';
import { allKeysOf } from './unique-keys';
import { UniqueValues } from './unique-values';

const PAGE = 250;
/** Where the shared state says by which rule all reservations are held: to be raised when the rule changes. */
const MOVED = 'unique-keys-moved';
const RULE = 1;

@Injectable()
export class KeyMoves extends Chore {
  protected readonly part = 'chore:unique-keys';

  constructor(
    private readonly streams: Streams,
    private readonly documents: DocumentStore,
    private readonly readModels: ReadModels,
    private readonly uniqueValues: UniqueValues,
  ) {
    super();
  }

  async sweep(round: Round): Promise<void> {
    if ((await this.documents.getState<number>(MOVED)) === RULE) return;
    await this.readModels.waitFor(records, await this.streams.store.head(), round.signal);
    let isWhole = true;
    for await (const objectType of this.everyType())
      isWhole = (await this.moveType(objectType, round)) && isWhole;
    if (isWhole) await this.documents.setState(MOVED, RULE);
  }

  private async *everyType(): AsyncGenerator<string> {
    for (const { name } of objectTypes) yield name;
    for await (const page of this.readModels.pages(schemas, { limit: PAGE }))
      for (const { schema } of page) yield schema.name;
  }

  /** False where some of the type's reservations could not be moved. */
  private async moveType(objectType: string, round: Round): Promise<boolean> {
    const unique = await this.uniqueValues.uniqueOf(objectType);
    if (unique.length === 0) return true;
    let isWhole = true;
    const filter = { objectType, archived: false, id: recordIdRange(objectType) };
    for await (const page of this.readModels.pages(records, { filter, limit: PAGE })) {
      round.signal.throwIfAborted();
      for (const { recordId, values } of page) {
        const keys = unique.flatMap((definition) => allKeysOf(definition, values));
        if (!keys.some(({ former }) => former !== undefined)) continue;
        const move = () =>
          this.uniqueValues.moveKeys(objectType, recordId, values, systemMeta('unique-keys'));
        isWhole = (await round.each(`${objectType}/${recordId}`, move)) && isWhole;
      }
    }
    return isWhole;
  }
}
