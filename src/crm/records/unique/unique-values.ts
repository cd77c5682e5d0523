// Holds the unique values of records (a contact's e-mail, custom properties with hasUniqueValue) by reservations.
import type { Meta } from '../../../eventsourcing/event';
import { apart } from '../../../eventsourcing/event-ids';
import {
  AboutToBeHeld,
  AlreadyHeld,
  type Holders,
  type Reservations,
} from '../../../eventsourcing/reservations';
import type { Streams } from '../../../eventsourcing/streams';
import { Refusal } from '../../../refusals';
import type { Definitions } from '../../properties/definitions';
import { findObjectType } from '../../schemas/object-type.vocabulary';
import type { PropertyDefinition } from '../../properties/property.events';
import { fenceRecord, record, type RecordState } from '../record.decider';
import type { Changes } from '../record.events';
import { requireReadable, SEES_NOTHING_SENSITIVE, type Viewer } from '../../properties/values/sensitivity';
import { isRecordId, recordStream } from '../record.vocabulary';
import {
  allKeysOf,
  countsAs,
  everHeldKeys,
  keysGivenUp,
  keysOf,
  keysTaken,
  type UniqueKey,
} from './unique-keys';
import { pause } from '../../../supervision/pause';

/** Attempts to reserve a value that another record is about to hold: half a second at most. */
const ATTEMPTS = 8;

export class UniqueValues {
  constructor(
    private readonly streams: Streams,
    private readonly reservations: Reservations,
    private readonly definitions: Definitions,
  ) {}

  /**
   * Reserves the unique values that the changes newly give the record. Rejects with `value-taken`, naming the holder,
   * or with `value-contended` where another request has reserved a value but its record does not hold it yet. `check` is
   * asked before the first value is reserved, and throws where the changes can never be appended.
   */
  async reserve(
    objectType: string,
    recordId: string,
    changes: Changes,
    meta: Meta,
    check = () => {},
  ): Promise<void> {
    const uniqueKeys = await this.moved(objectType, changes, 'to');
    if (uniqueKeys.length > 0) check();
    // If the second value is taken, the first would stay reserved for a while although the command is refused: look
    // first. Nobody takes a former key any more, so to look for its holder is enough.
    if (uniqueKeys.length > 1 || uniqueKeys.some(({ former }) => former !== undefined))
      for (const uniqueKey of uniqueKeys) await this.refuseIfHeld(objectType, recordId, uniqueKey);
    const holder = recordStream(objectType, recordId);
    for (const uniqueKey of uniqueKeys) {
      const { definition, key } = uniqueKey;
      const holders = this.holders(objectType, uniqueKey, meta);
      for (let attempt = 1; ; attempt++)
        try {
          await this.reservations.take(nameOf(objectType, definition), key, holder, meta, holders);
          break;
        } catch (error) {
          if (error instanceof AlreadyHeld) throw taken(objectType, definition, error.holder);
          if (!(error instanceof AboutToBeHeld)) throw error;
          // Most often the other request is done in a moment, and the refusal can name its record.
          if (attempt === ATTEMPTS) throw contended(definition);
          await pause(Math.random() * 2 ** attempt);
        }
    }
  }

  /**
   * Hands over to a survivor the unique values among `changes`, which come from the merged record. Answers those that
   * it cannot have, because a third record has taken them meanwhile.
   */
  async pass(
    objectType: string,
    fromId: string,
    toId: string,
    changes: Changes,
    meta: Meta,
  ): Promise<readonly UniqueKey[]> {
    const [from, to] = [recordStream(objectType, fromId), recordStream(objectType, toId)];
    const lost: UniqueKey[] = [];
    for (const uniqueKey of await this.moved(objectType, changes, 'to'))
      try {
        await this.reservations.pass(nameOf(objectType, uniqueKey.definition), uniqueKey.key, from, to, meta);
      } catch (error) {
        if (!(error instanceof AlreadyHeld)) throw error;
        lost.push(uniqueKey);
      }
    return lost;
  }

  /**
   * Gives up the unique values that the changes, appended at `position`, took from the record, unless it still holds
   * them by `values`.
   */
  async giveUp(
    objectType: string,
    recordId: string,
    changes: Changes,
    meta: Meta,
    position: bigint,
    values: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const holder = recordStream(objectType, recordId);
    for (const { definition, key } of await this.moved(objectType, changes, 'from'))
      if (!everHeldKeys(definition, values).includes(key))
        await this.reservations.release(nameOf(objectType, definition), key, holder, meta, position);
  }

  /**
   * Refuses with `value-taken` where another record holds one of the values now. For a batch, before it writes
   * anything.
   */
  async check(objectType: string, recordId: string, values: Readonly<Record<string, string | null>>) {
    for (const uniqueKey of await this.given(objectType, values))
      await this.refuseIfHeld(objectType, recordId, uniqueKey);
  }

  /** The unique values among `values`, in comparable form: `property` and `key`. */
  async keys(objectType: string, values: Readonly<Record<string, string | null>>) {
    const uniqueKeys = await this.given(objectType, values);
    return uniqueKeys.map(({ definition, key }) => ({ property: definition.name, key }));
  }

  /**
   * The id of the record that an id or the value of a unique property stands for; undefined where there can be none. A
   * record found by its id need not exist; one found by a value is live. Refuses with `scope-missing` to look up by a
   * value that the viewer may not see.
   */
  async idOf(
    objectType: string,
    id: string,
    idProperty?: string,
    viewer: Viewer = SEES_NOTHING_SENSITIVE,
  ): Promise<string | undefined> {
    if (idProperty === undefined || idProperty === 'hs_object_id') return isRecordId(id) ? id : undefined;
    const definitions = await this.definitions.of(objectType);
    requireReadable(viewer, objectType, definitions, [idProperty]);
    const definition = definitions.get(idProperty);
    if (!definition?.hasUniqueValue)
      throw new Refusal('input-invalid', {
        message: `idProperty '${idProperty.slice(0, 100)}' is not a unique property of ${objectType}`,
      });
    return this.holderOf(objectType, definition, id);
  }

  /** The id of the live record that holds a unique value. */
  async holderOf(objectType: string, definition: PropertyDefinition, value: string) {
    for await (const id of this.holdersOf(objectType, definition, value)) return id;
    return undefined;
  }

  /** Of values that were told apart by earlier versions, more than one record may hold one. */
  async *holdersOf(
    objectType: string,
    definition: PropertyDefinition,
    value: string,
  ): AsyncGenerator<string, void> {
    const { key: now, former } = keysOf(definition.name, definition, value)[0] ?? {};
    const seen = new Set<string>();
    for (const key of [now, former]) {
      if (key === undefined) continue;
      const holder = await this.reservations.holder(nameOf(objectType, definition), key);
      if (holder === undefined || seen.size === seen.add(holder).size) continue;
      if (await this.holds(holder, definition, key)) yield idOf(objectType, holder);
    }
  }

  /**
   * Reserves the values of a live record that earlier versions reserved under other keys, and gives those keys up. A
   * value that another record holds by now stays reserved as it was: the two were told apart when they were written.
   */
  async moveKeys(
    objectType: string,
    recordId: string,
    values: Readonly<Record<string, string>>,
    meta: Meta,
  ): Promise<void> {
    const holder = recordStream(objectType, recordId);
    for (const definition of await this.uniqueOf(objectType))
      for (const uniqueKey of allKeysOf(definition, values)) {
        const { key, former } = uniqueKey;
        if (former === undefined) continue;
        const name = nameOf(objectType, definition);
        try {
          await this.reservations.take(name, key, holder, meta, this.holders(objectType, uniqueKey, meta));
        } catch (error) {
          if (error instanceof AlreadyHeld) continue;
          throw error;
        }
        await this.reservations.release(name, former, holder, meta, await this.streams.store.head());
      }
  }

  /** The unique properties that a type (plural name) has or had. */
  async uniqueOf(objectType: string): Promise<PropertyDefinition[]> {
    const all = await this.definitions.everOf(objectType);
    return [...all.values()].filter(({ hasUniqueValue }) => hasUniqueValue);
  }

  private given(objectType: string, values: Readonly<Record<string, string | null>>): Promise<UniqueKey[]> {
    const changes = Object.entries(values).map(([name, to]) => [name, { from: null, to }] as const);
    return this.moved(objectType, Object.fromEntries(changes), 'to');
  }

  private async moved(objectType: string, changes: Changes, side: 'from' | 'to'): Promise<UniqueKey[]> {
    const all = await this.definitions.everOf(objectType);
    const uniqueKeys: UniqueKey[] = [];
    for (const name in changes) {
      const definition = all.get(countsAs(name));
      if (!definition?.hasUniqueValue) continue;
      const { from, to } = changes[name]!;
      const keysMoved = side === 'to' ? keysTaken : keysGivenUp;
      uniqueKeys.push(...keysMoved(name, definition, from, to));
    }
    return uniqueKeys;
  }

  private async refuseIfHeld(
    objectType: string,
    recordId: string,
    { definition, key: now, former }: UniqueKey,
  ): Promise<void> {
    for (const key of [now, former]) {
      if (key === undefined) continue;
      const holder = await this.reservations.holder(nameOf(objectType, definition), key);
      if (holder === undefined || holder === recordStream(objectType, recordId)) continue;
      if (await this.holds(holder, definition, key)) throw taken(objectType, definition, holder);
    }
  }

  private async holds(holder: string, definition: PropertyDefinition, key: string): Promise<boolean> {
    const { state } = await this.streams.load(record, holder);
    return state.status === 'live' && everHeldKeys(definition, state.values).includes(key);
  }

  private holders(objectType: string, { definition, key }: UniqueKey, meta: Meta): Holders {
    return {
      holds: (holder) => this.holds(holder, definition, key),
      fence: async (holder) => {
        const of = { objectType, recordId: idOf(objectType, holder) };
        // A command id of its own: the fence must not pass for what the same request does to the fenced record.
        const own = apart(meta);
        const fenced = (state: RecordState, revision: number) => fenceRecord(state, revision, of);
        await this.streams.change(record, holder, fenced, own, { outOfTurn: true });
      },
    };
  }
}

const nameOf = (objectType: string, { name }: PropertyDefinition): string =>
  `${findObjectType(objectType)?.singular ?? objectType}_${name}`;

const idOf = (objectType: string, holder: string): string =>
  holder.slice(recordStream(objectType, '').length);

const contended = ({ name }: PropertyDefinition): Refusal =>
  new Refusal('value-contended', {
    errors: [
      {
        message: `Another request is about to take this ${name}`,
        code: 'VALUE_CONTENDED',
        context: { propertyName: [name] },
      },
    ],
    retryAfter: 1,
  });

function taken(objectType: string, { name }: PropertyDefinition, holder: string): Refusal {
  const label = findObjectType(objectType)?.label ?? objectType;
  const id = idOf(objectType, holder);
  return new Refusal('value-taken', {
    message: `${label} already exists. Existing ID: ${id}`,
    errors: [{ message: `${name} must be unique`, code: 'VALUE_TAKEN', context: { propertyName: [name] } }],
    context: { existingObjectId: [id] },
  });
}
