// Checks what a client sends as a pipeline or a stage. Pure.
import { Refusal } from '../../refusals';
import type { PipelineDefinition, StageDefinition } from './pipeline.events';

const MOST_PIPELINES = 100;
const MOST_STAGES = 100;
/** Ids are values of properties: no id may look like a list of values or contain a blank. */
const ID = /^[\w.-]{1,100}$/;

export function invalid(field: string, what: string): Refusal {
  const message = `${field} ${what}`;
  return new Refusal('pipeline-invalid', { message, errors: [{ message, in: field }] });
}

interface Existing extends Pick<PipelineDefinition, 'id' | 'label'> {
  readonly archivedAt: string | null;
}

export const sameLabel = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/**
 * Refuses with `pipeline-invalid` an id of the wrong form, a label that another pipeline has, and too many pipelines.
 */
export function checkPipeline(
  others: readonly Existing[],
  id: string,
  { label }: Pick<PipelineDefinition, 'label'>,
): void {
  if (!ID.test(id)) throw invalid('pipelineId', 'may hold letters, digits, _, . and - only, at most 100');
  const live = others.filter((one) => one.archivedAt === null && one.id !== id);
  if (live.some((one) => sameLabel(one.label, label))) throw invalid('label', 'is that of another pipeline');
  if (live.length >= MOST_PIPELINES) throw invalid('pipelines', `may be ${MOST_PIPELINES} at most`);
}

/** Refuses with `pipeline-invalid` stages that cannot be in one pipeline together. */
export function checkStages(objectType: string, stages: readonly StageDefinition[]): void {
  if (stages.length > MOST_STAGES) throw invalid('stages', `may be ${MOST_STAGES} at most`);
  for (const [index, { id, label, metadata }] of stages.entries()) {
    if (!ID.test(id)) throw invalid('stageId', 'may hold letters, digits, _, . and - only, at most 100');
    const before = stages.slice(0, index);
    if (before.some((one) => one.id === id)) throw invalid('stageId', 'is there twice');
    if (before.some((one) => sameLabel(one.label, label)))
      throw invalid('label', 'is that of another stage of the pipeline');
    // A stage of deals needs its probability: forecasts are made of it.
    if (objectType === 'deals' && metadata['probability'] === undefined)
      throw invalid('metadata.probability', 'is needed: from 0.0 to 1.0');
  }
}

/** Metadata that HubSpot shows and that is not kept, because it follows from the stage's probability or state. */
const FOLLOWS = 'isClosed';
const STATE_NAMES: Readonly<Record<string, string>> = { deals: 'probability', tickets: 'ticketState' };
const stateName = (objectType: string): string => STATE_NAMES[objectType] ?? 'state';

/**
 * The metadata of a stage in the form in which it is kept. Refuses with `pipeline-invalid` a field that stages of the
 * object type do not have.
 */
export function keptMetadata(
  objectType: string,
  given: Readonly<Record<string, unknown>>,
): StageDefinition['metadata'] {
  const wanted = stateName(objectType);
  const other = Object.keys(given).find((name) => name !== wanted && name !== FOLLOWS);
  if (other !== undefined) throw invalid(`metadata.${other.slice(0, 100)}`, `is not known: ${wanted} is`);
  const value = given[wanted];
  if (value === undefined || value === null || value === '') return {};
  return { [wanted]: wanted === 'probability' ? probability(value) : openOrClosed(wanted, value) };
}

function probability(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  const number = /^\d(?:\.\d{1,10})?$/.test(text) ? Number(text) : NaN;
  if (!(number >= 0 && number <= 1)) throw invalid('metadata.probability', 'must be from 0.0 to 1.0');
  return Number.isInteger(number) ? number.toFixed(1) : String(number);
}

function openOrClosed(name: string, value: unknown): string {
  const state = typeof value === 'string' ? value.toUpperCase() : '';
  if (state !== 'OPEN' && state !== 'CLOSED') throw invalid(`metadata.${name}`, 'must be OPEN or CLOSED');
  return state;
}

/**
 * The metadata of a stage with `isClosed`, which follows from it: a deal is closed at probability 0 (lost) and 1 (won).
 */
export function shownMetadata(
  objectType: string,
  metadata: StageDefinition['metadata'],
): StageDefinition['metadata'] {
  const wanted = stateName(objectType);
  const kept = wanted === 'probability' ? metadata : { [wanted]: 'OPEN', ...metadata };
  const isClosed = kept[wanted] === 'CLOSED' || ['0.0', '1.0'].includes(kept[wanted] ?? '');
  return { ...kept, isClosed: String(isClosed) };
}
