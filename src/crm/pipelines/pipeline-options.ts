// What pipelines mean for the values of records: they give two properties their options, and say which stages go with
// which pipeline. Pure.
import { findObjectType } from '../schemas/object-type.vocabulary';
import { isLive, type PipelinesState } from './pipeline.decider';
import type { PropertyDefinition } from '../properties/property.events';
import { optionsOf, placesOf } from '../properties/standard/pipelines';

/** The stream of all pipelines of an object type. */
export const pipelineStream = (objectType: string): string =>
  `pipeline-${findObjectType(objectType)?.singular ?? objectType}`;

interface Ordered {
  readonly id: string;
  readonly label: string;
  readonly displayOrder: number;
}

/** Pipelines or stages by display order; where that is equal, by label. */
export const inOrder = <T extends Ordered>(listed: readonly T[]): T[] =>
  [...listed].sort((a, b) => a.displayOrder - b.displayOrder || (a.label < b.label ? -1 : 1));

/** The definitions of an object type, two of them with the options that its pipelines give them. */
export function withPipelineOptions(
  objectType: string,
  definitions: ReadonlyMap<string, PropertyDefinition>,
  state: PipelinesState,
): Map<string, PropertyDefinition> {
  const all = new Map(definitions);
  const places = placesOf(objectType);
  if (!places) return all;
  const live = inOrder(state.filter(isLive));
  const stages = live.flatMap((pipeline) => inOrder(pipeline.stages.filter(isLive)));
  const given = [
    [places.pipeline, live],
    [places.stage, stages],
  ] as const;
  for (const [name, listed] of given) {
    const definition = all.get(name);
    if (definition) all.set(name, { ...definition, options: optionsOf(listed) });
  }
  return all;
}

/**
 * The name of the stage property where the record's stage is not one of its pipeline's, and the write touched either
 * property; undefined otherwise. `values` are those after the write, `written` those that the write names. A record
 * without a pipeline may be in any stage.
 */
export function misplaced(
  objectType: string,
  state: PipelinesState,
  values: Readonly<Record<string, string | null>>,
  written: Readonly<Record<string, unknown>>,
): string | undefined {
  const places = placesOf(objectType);
  if (!places || !(Object.hasOwn(written, places.pipeline) || Object.hasOwn(written, places.stage)))
    return undefined;
  const [pipelineId, stageId] = [values[places.pipeline] ?? null, values[places.stage] ?? null];
  if (pipelineId === null || stageId === null) return undefined;
  const pipeline = state.find(({ id }) => id === pipelineId);
  return pipeline?.stages.some(({ id }) => id === stageId) ? undefined : places.stage;
}
