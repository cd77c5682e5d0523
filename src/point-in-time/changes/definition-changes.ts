// The rows of a comparison that tell of definitions: properties, object types, pipelines and association types.
import { associationTypes } from '../../crm/associations/types/association-type.decider';
import { isLive, pipelinesDecider, type PipelinesState } from '../../crm/pipelines/pipeline.decider';
import { property } from '../../crm/properties/property.decider';
import { schema } from '../../crm/schemas/schema.decider';
import type { Codec } from '../../eventsourcing/codec';
import { fold, type Decider } from '../../eventsourcing/decider';
import type { EventMap } from '../../eventsourcing/event';
import type { EventStore } from '../../eventsourcing/event-store';
import { streamPages } from '../../eventsourcing/stream-pages';
import { differences, kindOf, type ChangeRow } from './change';
import type { Moved } from './moved';

/** A definition as it stands at a position, with what its row is called by. */
interface Definition extends Pick<ChangeRow, 'what' | 'objectType' | 'name' | 'to'> {
  readonly fields: Readonly<Record<string, unknown>>;
}

interface Asked {
  readonly eventStore: EventStore;
  readonly codec: Codec;
  readonly from: bigint;
  readonly to: bigint;
  readonly of: (objectType: string) => boolean;
}

/** In the order of what they define, then of object types and names. */
export async function definitionChanges(
  moved: Pick<Moved, 'definitions'>,
  asked: Asked,
): Promise<ChangeRow[]> {
  const rows: ChangeRow[] = [];
  for (const [stream, { type, data }] of moved.definitions) {
    const kind = kinds[type.slice(0, type.indexOf('.'))]!;
    const [then, now] = await kind(stream, data as Record<string, unknown>, asked);
    for (const key of new Set([...then.keys(), ...now.keys()])) {
      const { fields: _, ...named } = (now.get(key) ?? then.get(key))!;
      if (!asked.of(named.objectType) && !(named.to && asked.of(named.to.objectType))) continue;
      const changes = differences(then.get(key)?.fields, now.get(key)?.fields);
      const became = kindOf(then.get(key), now.get(key), changes);
      if (became) rows.push({ ...named, kind: became, changes });
    }
  }
  const order = ({ what, objectType, name = '' }: ChangeRow) => `${what}/${objectType}/${name}`;
  return rows.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

type Definitions = ReadonlyMap<string, Definition>;
type Kind = (
  stream: string,
  data: Readonly<Record<string, unknown>>,
  asked: Asked,
) => Promise<readonly [Definitions, Definitions]>;

const kinds: Readonly<Record<string, Kind>> = {
  property: (stream, data, asked) =>
    atBoth(property, stream, asked, (state) => {
      const { objectType } = data as { objectType: string };
      if (state.status !== 'defined') return [];
      const { name, ...fields } = state.definition;
      return [{ what: 'property', objectType, name, fields }];
    }),
  schema: (stream, _, asked) =>
    atBoth(schema, stream, asked, (state) => {
      if (state.status !== 'defined') return [];
      const { name, ...fields } = state.schema;
      return [{ what: 'objectType', objectType: name, name, fields }];
    }),
  pipeline: (stream, data, asked) => {
    const { objectType } = data as { objectType: string };
    return atBoth(pipelinesDecider(objectType), stream, asked, (state) => pipelines(objectType, state));
  },
  associationtype: (stream, _, asked) =>
    atBoth(associationTypes, stream, asked, ({ defined }) =>
      defined.map(({ fromType, toType, typeId, createdAt: _c, updatedAt: _u, ...fields }) => ({
        ...{ what: 'associationType', objectType: fromType, name: String(typeId) },
        ...{ to: { objectType: toType }, fields },
      })),
    ),
};

const pipelines = (objectType: string, state: PipelinesState): Definition[] =>
  state.filter(isLive).map(({ id, label, displayOrder, stages }) => ({
    ...{ what: 'pipeline', objectType, name: id },
    fields: {
      ...{ label, displayOrder },
      ...Object.fromEntries(
        stages
          .filter(isLive)
          .map((stage) => [
            `stages.${stage.id}`,
            { label: stage.label, displayOrder: stage.displayOrder, metadata: stage.metadata },
          ]),
      ),
    },
  }));

async function atBoth<S, M extends EventMap>(
  decider: Decider<S, M>,
  stream: string,
  { eventStore, codec, from, to }: Asked,
  definitionsOf: (state: S) => readonly Definition[],
): Promise<readonly [Definitions, Definitions]> {
  let state = decider.initial;
  let then = state;
  for await (const events of streamPages<M>(eventStore, codec, stream))
    for (const event of events) {
      if (event.position > to) continue;
      state = fold(decider, state, [event]);
      if (event.position <= from) then = state;
    }
  const byName = (of: S) => new Map(definitionsOf(of).map((one) => [`${one.what}/${one.name}`, one]));
  return [byName(then), byName(state)];
}
