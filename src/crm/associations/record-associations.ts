// The associations that a record is created with, and those that the v3 API shows with a record.
import { Injectable } from '@nestjs/common';
import type { Caller } from '../../caller';
import type { Meta } from '../../eventsourcing/event';
import { Streams } from '../../eventsourcing/streams';
import { requireScope } from '../../identity/api-keys/scopes';
import type { Freshness } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { AssociationReader } from './association-reader';
import { associatedIds } from './association.view';
import { AssociationTypes, type TypeSpec } from './types/association-types';
import { AssociationWriter } from './association-writer';
import type { Link, RecordRef } from './association.events';
import { mapConcurrently } from '../map-concurrently';
import { recordStream } from '../records/record.vocabulary';
import { scopeNameOf } from '../schemas/object-type.vocabulary';
import { ObjectTypes } from '../schemas/object-types-known';
import type { RecordEvents } from '../records/record.events';
import type { AssociatedIds, RecordView } from '../records/record.view';
import type { WriteContext } from '../records/record-writer';

/** An association as HubSpot's body asks for it: the object type of the record `to` follows from `types`. */
export interface AskedAssociation {
  readonly to: { readonly id: string };
  readonly types: readonly TypeSpec[];
}

/** An association that has passed all checks: writing it is not refused. */
export interface PlannedAssociation {
  readonly to: RecordRef;
  readonly links: readonly Link[];
}

/** Associations shown with one record for each object type; the link beside them leads to the rest, page by page. */
const SHOWN = 100;

@Injectable()
export class RecordAssociations {
  constructor(
    private readonly types: AssociationTypes,
    private readonly writer: AssociationWriter,
    private readonly reader: AssociationReader,
    private readonly objectTypes: ObjectTypes,
    private readonly streams: Streams,
  ) {}

  /**
   * Checks the associations before the record is created. `path` names the input in the message of a refusal:
   * `association-type-unknown`, `record-unknown`, `scope-missing`.
   */
  async plan(
    { objectType, recordId }: RecordRef,
    asked: readonly AskedAssociation[],
    caller: Caller,
    { meta, mayRepeat }: WriteContext,
    path = '',
  ): Promise<PlannedAssociation[]> {
    if (asked.length === 0) return [];
    // A repeated command whose associations were checked when it created the record: it only finishes its work.
    const checked = mayRepeat === true && (await this.wasCreatedBy(meta, { objectType, recordId }));
    const planned = await mapConcurrently(asked, async ({ to, types }, index) => {
      const at = `${path}associations[${index}]`;
      const toType = await this.types.targetOf(objectType, types, at);
      requireScope(caller, `crm.objects.${scopeNameOf(toType)}.write`);
      const ref = { objectType: toType, recordId: to.id };
      const live = await this.writer.live(ref, caller).catch((error: unknown) => {
        if (checked) return { ref };
        if (!(error instanceof Refusal)) throw error;
        throw new Refusal(error.code, { ...error.detail, message: `${at}: ${error.message}` });
      });
      return { to: live.ref, links: await this.types.linksOf(objectType, toType, types) };
    });
    const byTarget = new Map<string, PlannedAssociation>();
    for (const { to, links } of planned) {
      const key = `${to.objectType}/${to.recordId}`;
      byTarget.set(key, { to, links: [...(byTarget.get(key)?.links ?? []), ...links] });
    }
    return [...byTarget.values()];
  }

  /** Writes under the command id that created the record, so that a repeat finishes what a crash cut off. */
  async write(from: RecordRef, planned: readonly PlannedAssociation[], context: WriteContext): Promise<void> {
    await mapConcurrently(planned, ({ to, links }) => this.writer.addStanding(from, to, links, context));
  }

  /** Adds to each view what its record is associated with, for the object types that `aliases` name. */
  async shownWith<V extends RecordView>(
    objectType: string,
    views: readonly V[],
    aliases: readonly string[],
    caller: Caller,
    fresh?: Freshness,
  ): Promise<V[]> {
    const named = await Promise.all(aliases.map((alias) => this.objectTypes.named(alias)));
    const toTypes = [...new Set(named.map(({ name }) => name))];
    for (const toType of toTypes) requireScope(caller, `crm.objects.${scopeNameOf(toType)}.read`);
    if (toTypes.length === 0) return [...views];
    return mapConcurrently(views, async (view) => {
      const from = { objectType, recordId: view.id };
      const found = await Promise.all(
        toTypes.map((toType) => this.associatedIds(from, toType, caller, fresh)),
      );
      const shown = toTypes.flatMap((toType, index) => {
        const ids = found[index]!;
        return ids.results.length > 0 ? [[toType, ids] as const] : [];
      });
      return shown.length > 0 ? { ...view, associations: Object.fromEntries(shown) } : view;
    });
  }

  private async associatedIds(
    from: RecordRef,
    toType: string,
    caller: Caller,
    fresh?: Freshness,
  ): Promise<AssociatedIds> {
    const found = await this.reader.associated(from, toType, { limit: SHOWN }, caller, fresh);
    return associatedIds(from, toType, found);
  }

  private async wasCreatedBy({ commandId }: Meta, { objectType, recordId }: RecordRef): Promise<boolean> {
    // The event of the creation is on the first page: nothing but a fence comes before it.
    for await (const events of this.streams.pages<RecordEvents>(recordStream(objectType, recordId)))
      return events.some(({ meta }) => meta.commandId === commandId);
    return false;
  }
}
