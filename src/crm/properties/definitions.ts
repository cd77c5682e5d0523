// The property definitions that an object type has now, or had at a position: standard ones and those made over the
// API.
import type { Streams } from '../../eventsourcing/streams';
import { stateAt } from '../../point-in-time/state-at';
import { pagesOf, type DocumentStore } from '../../read/document-store';
import type { ReadModels } from '../../read/read-models';
import { properties, type PropertyDocument } from '../../../projections/crm/properties';
import { property } from './property.decider';
import type { PropertyDefinition } from './property.events';
import { findObjectType } from '../schemas/object-type.vocabulary';
import { pipelineStream, withPipelineOptions } from '../pipelines/pipeline-options';
import { pipelinesDecider, type PipelinesState } from '../pipelines/pipeline.decider';
import { propertyIdRange, stricter, type DataSensitivity } from './property.vocabulary';
import { placesOf } from './standard/pipelines';
import { standardProperties } from './standard-properties';

/** A custom definition at a revision of its stream. */
export type Defined = Pick<PropertyDocument, 'definition' | 'sensitivity' | 'archived' | 'revision'>;

/** The pipelines of a type at a revision of their stream. */
export interface KnownPipelines {
  readonly state: PipelinesState;
  readonly revision: number;
}

/** The definitions of an object type by property name, as they were known at one moment. */
export interface KnownDefinitions {
  readonly current: ReadonlyMap<string, PropertyDefinition>;
  /** Archived definitions are included: their values are still in records. */
  readonly ever: ReadonlyMap<string, PropertyDefinition>;
}

interface Known extends KnownDefinitions {
  readonly custom: ReadonlyMap<string, Defined>;
  readonly pipelines: KnownPipelines;
  readonly readAt: number;
}

/** Milliseconds until a change by another process shows; this process sees its own changes at once. */
const STALE_MS = 2_000;
/**
 * Read again at this age (milliseconds), so that a process that writes without pause never waits for the read store.
 */
const AHEAD_MS = STALE_MS / 2;
const PAGE = 200;

/** The stream of one property definition. */
export const propertyStream = (objectType: string, name: string): string =>
  `property_${findObjectType(objectType)?.singular ?? objectType}-${name}`;

const NO_PIPELINES: KnownPipelines = { state: [], revision: -1 };
/** What is learnt of a type before it has been read, or while it is being read for the first time, is added to this. */
const NOTHING_READ: Pick<Known, 'custom' | 'pipelines' | 'readAt'> = {
  ...{ custom: new Map(), pipelines: NO_PIPELINES, readAt: -Infinity },
};

/**
 * The definitions of each object type, kept in memory. The sensitivity of a definition given here is the strictest it
 * ever had, whatever it says now.
 */
export class Definitions {
  private readonly known = new Map<string, Known>();
  private readonly reading = new Map<string, Promise<Known>>();

  constructor(
    private readonly documents: DocumentStore,
    private readonly readModels: ReadModels,
    private readonly streams: Streams,
  ) {}

  /** The current definitions of a type (plural name), and those it ever had. */
  async bothOf(objectType: string): Promise<KnownDefinitions> {
    return this.fresh(objectType);
  }

  /** Current definitions of a type (plural name) by property name, archived ones left out. */
  async of(objectType: string): Promise<ReadonlyMap<string, PropertyDefinition>> {
    return (await this.fresh(objectType)).current;
  }

  /** Definitions that a type (plural name) has or had, by property name, archived ones included. */
  async everOf(objectType: string): Promise<ReadonlyMap<string, PropertyDefinition>> {
    return (await this.fresh(objectType)).ever;
  }

  /** The pipelines of a type, archived ones too; they give two of its properties their options. */
  async pipelinesOf(objectType: string): Promise<PipelinesState> {
    return (await this.fresh(objectType)).pipelines.state;
  }

  /** Takes over a change that this process has just appended. */
  learn(objectType: string, defined: Defined): void {
    const { custom, pipelines, readAt } = this.known.get(objectType) ?? NOTHING_READ;
    this.known.set(objectType, knownOf(objectType, withNewer(custom, [defined]), pipelines, readAt));
  }

  learnPipelines(objectType: string, pipelines: KnownPipelines): void {
    const { custom, pipelines: before, readAt } = this.known.get(objectType) ?? NOTHING_READ;
    if (pipelines.revision > before.revision)
      this.known.set(objectType, knownOf(objectType, custom, pipelines, readAt));
  }

  private async fresh(objectType: string): Promise<Known> {
    const known = this.known.get(objectType);
    const age = known ? Date.now() - known.readAt : Infinity;
    if (known && age < AHEAD_MS) return known;
    let reading = this.reading.get(objectType);
    if (!reading) {
      reading = this.read(objectType, age === Infinity).finally(() => this.reading.delete(objectType));
      this.reading.set(objectType, reading);
    }
    if (!known || age >= STALE_MS) return reading;
    reading.catch(() => undefined);
    return known;
  }

  private async read(objectType: string, first: boolean): Promise<Known> {
    const readAt = Date.now();
    // Nothing is known yet: only a read model that has applied the whole log has all definitions.
    if (first)
      await this.readModels.count(properties, { id: '' }, { after: await this.streams.store.head() });
    const collection = await this.readModels.collection(properties);
    const asked = { filter: { id: propertyIdRange(objectType) }, limit: PAGE };
    const pages = pagesOf((from) => this.documents.find<PropertyDocument>(collection, { ...asked, ...from }));
    const found: PropertyDocument[] = [];
    for await (const page of pages) found.push(...page);
    const pipelines = placesOf(objectType)
      ? await this.streams.load(pipelinesDecider(objectType), pipelineStream(objectType))
      : NO_PIPELINES;
    // What this process learnt while it was reading may be newer than what it read.
    const learnt = this.known.get(objectType);
    const newest = learnt && learnt.pipelines.revision > pipelines.revision ? learnt.pipelines : pipelines;
    const known = knownOf(objectType, withNewer(learnt?.custom, found), newest, readAt);
    this.known.set(objectType, known);
    return known;
  }
}

function withNewer(
  old: ReadonlyMap<string, Defined> | undefined,
  newer: readonly Defined[],
): Map<string, Defined> {
  const all = new Map(old);
  for (const defined of newer) {
    const { name } = defined.definition;
    if (defined.revision >= (all.get(name)?.revision ?? -1)) all.set(name, defined);
  }
  return all;
}

function knownOf(
  objectType: string,
  custom: ReadonlyMap<string, Defined>,
  pipelines: KnownPipelines,
  readAt: number,
): Known {
  const ever = new Map<string, PropertyDefinition>();
  const current = new Map<string, PropertyDefinition>();
  for (const { definition, sensitivity, archived } of custom.values()) {
    const known = as(definition, sensitivity);
    ever.set(definition.name, known);
    if (!archived) current.set(definition.name, known);
  }
  const standard = withPipelineOptions(objectType, standardProperties(objectType), pipelines.state);
  for (const [name, definition] of standard) {
    // The build may have taken over the name of a custom property, whose values are still in records.
    const known = as(definition, ever.get(name)?.dataSensitivity);
    ever.set(name, known);
    current.set(name, known);
  }
  return { custom, pipelines, current, ever, readAt };
}

const as = (definition: PropertyDefinition, sensitivity?: DataSensitivity): PropertyDefinition => {
  const dataSensitivity = stricter(definition.dataSensitivity, sensitivity);
  return dataSensitivity === definition.dataSensitivity ? definition : { ...definition, dataSensitivity };
};

/**
 * The definitions of a type as they were after the event at a position, in byte order of their names, without archived
 * ones. Refuses with `projection-behind` if the read model of properties has not come that far.
 */
export const definitionsAt = async (
  ...at: Parameters<typeof bothDefinitionsAt>
): Promise<readonly PropertyDefinition[]> => (await bothDefinitionsAt(...at)).current;

/** The same, and beside them `ever`: archived ones, too, whose values are still in records. */
export async function bothDefinitionsAt(
  readModels: ReadModels,
  streams: Streams,
  objectType: string,
  position: bigint,
): Promise<Readonly<Record<'current' | 'ever', readonly PropertyDefinition[]>>> {
  const found = withPipelineOptions(
    objectType,
    standardProperties(objectType),
    await pipelinesAt(streams, objectType, position),
  );
  const archived: PropertyDefinition[] = [];
  const asked = { filter: { id: propertyIdRange(objectType) }, limit: PAGE };
  for await (const page of readModels.pages(properties, asked, { after: position }))
    for (const { name } of page) {
      const state = await stateAt(streams, property, propertyStream(objectType, name), position);
      const standard = found.get(name);
      if (state.status === 'none') continue;
      if (standard) found.set(name, as(standard, state.sensitivity));
      else if (state.status === 'defined') found.set(name, as(state.definition, state.sensitivity));
      else archived.push(as(state.definition, state.sensitivity));
    }
  const current = inOrder([...found.values()]);
  return { current, ever: archived.length > 0 ? inOrder([...current, ...archived]) : current };
}

const inOrder = (all: PropertyDefinition[]): PropertyDefinition[] =>
  all.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));

/** The pipelines of a type as they were after the event at a position, archived ones too. */
export async function pipelinesAt(
  streams: Streams,
  objectType: string,
  position: bigint,
): Promise<PipelinesState> {
  if (!placesOf(objectType)) return [];
  return stateAt(streams, pipelinesDecider(objectType), pipelineStream(objectType), position);
}
