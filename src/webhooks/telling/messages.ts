// Words what happened for receivers, in the shape of HubSpot's webhooks, with positions besides. Values are those of the
// event; those of sensitive properties and of records that have been erased since are left out.
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { erasures } from '../../../projections/erasures';
import { Definitions } from '../../crm/properties/definitions';
import { hiddenByType } from '../../crm/properties/values/hidden-names';
import { type Names, type Viewer } from '../../crm/properties/values/sensitivity';
import { findObjectType, type FindType } from '../../crm/schemas/object-type.vocabulary';
import { ObjectTypes } from '../../crm/schemas/object-types-known';
import { EventStore } from '../../eventsourcing/event-store';
import { ReadModels } from '../../read/read-models';
import type { Item } from './log-items';
import type { ToldRow } from './told-rows';

/** Why a value is left out. */
export type Withheld = 'SENSITIVE' | 'ERASED';

export interface Message {
  /** The same whenever it is sent. */
  readonly eventId: number;
  readonly portalId: number;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  readonly subscriptionType: string;
  /** Ids beyond what numbers can tell apart are texts. */
  readonly objectId: number | string;
  readonly changeSource: string;
  readonly sourceId: string;
  readonly position: string;
  readonly objectType: string;
  readonly [more: string]: unknown;
}

@Injectable()
export class Messages {
  constructor(
    private readonly definitions: Definitions,
    private readonly objectTypes: ObjectTypes,
    private readonly readModels: ReadModels,
    private readonly eventStore: EventStore,
  ) {}

  /** The messages of each item, as they may be told now to a viewer. */
  async of(
    items: readonly Item[],
    viewer: Viewer,
    portalId: number,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<Item, readonly Message[]>> {
    if (items.length === 0) return new Map();
    const types = items.flatMap(({ rows }) => rows.map(({ objectType }) => objectType));
    const hidden = await hiddenByType(viewer, this.definitions, types);
    const find = await this.objectTypes.finder();
    const erased = await this.erased(new Set(items.map(({ key }) => key)), signal);
    const worded = (item: Item) => {
      const isErased = erased.has(item.key);
      return item.rows.map((row) => ({
        ...wording(item, row, find, portalId),
        ...valueOf(row, isErased, hidden.get(row.objectType)!),
      }));
    };
    return new Map(items.map((item) => [item, worded(item)]));
  }

  /** Keys of records that are erased now, or wait to be. */
  private async erased(keys: ReadonlySet<string>, signal: AbortSignal): Promise<ReadonlySet<string>> {
    await this.readModels.waitFor(erasures, await this.eventStore.head(), signal);
    const found = await this.readModels.getMany(erasures, [...keys], { asItIs: true });
    return new Set([...found].flatMap(([key, { status }]) => (status === 'CANCELLED' ? [] : [key])));
  }
}

const numbered = (id: string): number | string => (Number.isSafeInteger(Number(id)) ? Number(id) : id);

/** 52 bits of a digest: a number in every language, as HubSpot's are. */
const eventIdOf = (eventId: string, name: string): number =>
  Number.parseInt(createHash('sha256').update(`${eventId}/${name}`).digest('hex').slice(0, 13), 16);

function wording({ eventId, position, meta }: Item, row: ToldRow, find: FindType, portalId: number): Message {
  const { event, objectType, recordId, name, changeFlag, mergedIds, link } = row;
  const type = find(objectType);
  const { source, actor } = meta;
  return {
    eventId: eventIdOf(eventId, name),
    portalId,
    occurredAt: Date.parse(meta.at),
    subscriptionType: `${findObjectType(objectType)?.singular ?? 'object'}.${event}`,
    objectId: numbered(recordId),
    ...(type && { objectTypeId: type.typeId }),
    ...(changeFlag && { changeFlag }),
    changeSource: source.type,
    sourceId: source.id ?? `${actor.type === 'user' ? 'userId' : actor.type}:${actor.id}`,
    ...(mergedIds && {
      ...{ primaryObjectId: numbered(recordId), newObjectId: numbered(recordId) },
      mergedObjectIds: mergedIds.map(numbered),
    }),
    ...(link && {
      associationType: `${nameOf(objectType)}_TO_${nameOf(link.to.objectType)}`,
      ...{ associationCategory: link.category, associationTypeId: link.typeId },
      ...{ fromObjectId: numbered(recordId), toObjectId: numbered(link.to.recordId) },
      ...{ toObjectType: link.to.objectType, associationRemoved: link.removed },
    }),
    position: String(position),
    objectType,
  };
}

const nameOf = (objectType: string): string =>
  (findObjectType(objectType)?.singular ?? objectType).toUpperCase();

function valueOf({ property }: ToldRow, isErased: boolean, hidden: Names): Readonly<Record<string, unknown>> {
  if (!property) return {};
  const { name: propertyName, value } = property;
  const withheld: Withheld | undefined = isErased
    ? 'ERASED'
    : hidden.has(propertyName)
      ? 'SENSITIVE'
      : undefined;
  return withheld ? { propertyName, withheld } : { propertyName, propertyValue: value ?? '' };
}
