// The standard pipelines of deals, leads and tickets, and which properties of an object type name a pipeline and a stage.
import type { PipelineDefinition, StageDefinition } from '../../pipelines/pipeline.events';
import type { PropertyOption } from '../property.events';
import { optionList } from './definition';

/** The names of the two properties of an object type that say where in its pipelines a record stands. */
export interface PlaceProperties {
  readonly pipeline: string;
  readonly stage: string;
}

const stages = (
  listed: readonly (readonly [id: string, label: string, metadata: StageDefinition['metadata']])[],
): readonly StageDefinition[] =>
  listed.map(([id, label, metadata], displayOrder) => ({ id, label, displayOrder, metadata }));

const won = (probability: string) => ({ probability });
const state = (ticketState: 'OPEN' | 'CLOSED') => ({ ticketState });
const OPEN = { state: 'OPEN' };
const CLOSED = { state: 'CLOSED' };

const standard: Readonly<Record<string, readonly PipelineDefinition[]>> = {
  deals: [
    {
      ...{ id: 'default', label: 'Sales Pipeline', displayOrder: 0 },
      stages: stages([
        ['appointmentscheduled', 'Appointment Scheduled', won('0.2')],
        ['qualifiedtobuy', 'Qualified To Buy', won('0.4')],
        ['presentationscheduled', 'Presentation Scheduled', won('0.6')],
        ['decisionmakerboughtin', 'Decision Maker Bought-In', won('0.8')],
        ['contractsent', 'Contract Sent', won('0.9')],
        ['closedwon', 'Closed Won', won('1.0')],
        ['closedlost', 'Closed Lost', won('0.0')],
      ]),
    },
  ],
  leads: [
    {
      ...{ id: 'lead-pipeline-id', label: 'Lead Pipeline', displayOrder: 0 },
      stages: stages([
        ['new-stage-id', 'New', OPEN],
        ['attempting-stage-id', 'Attempting', OPEN],
        ['connected-stage-id', 'Connected', OPEN],
        ['qualified-stage-id', 'Qualified', CLOSED],
        ['unqualified-stage-id', 'Disqualified', CLOSED],
      ]),
    },
  ],
  tickets: [
    {
      ...{ id: '0', label: 'Support Pipeline', displayOrder: 0 },
      stages: stages([
        ['1', 'New', state('OPEN')],
        ['2', 'Waiting on contact', state('OPEN')],
        ['3', 'Waiting on us', state('OPEN')],
        ['4', 'Closed', state('CLOSED')],
      ]),
    },
  ],
};

export const standardPipelines = (objectType: string): readonly PipelineDefinition[] =>
  standard[objectType] ?? [];

/** Pipelines or stages as options of a property. */
export const optionsOf = (listed: readonly Omit<StageDefinition, 'metadata'>[]): readonly PropertyOption[] =>
  optionList(listed.map(({ id, label }) => [id, label] as const));

/** The options of these two properties before any event has changed the pipelines. */
export const pipelineOptions = (objectType: string) => optionsOf(standardPipelines(objectType));
export const stageOptions = (objectType: string) =>
  optionsOf(standardPipelines(objectType).flatMap((pipeline) => pipeline.stages));

const PLACES: Readonly<Record<string, PlaceProperties | null>> = {
  deals: { pipeline: 'pipeline', stage: 'dealstage' },
  tickets: { pipeline: 'hs_pipeline', stage: 'hs_pipeline_stage' },
  ...{ contacts: null, companies: null, products: null, line_items: null, quotes: null },
  ...{ calls: null, conversations: null, tasks: null, notes: null, emails: null, meetings: null },
};
/** Of leads, and of every custom type. */
const PLACES_OF_OTHERS = { pipeline: 'hs_pipeline', stage: 'hs_pipeline_stage' };

/** Undefined for an object type without pipelines. */
export const placesOf = (objectType: string): PlaceProperties | undefined =>
  (Object.hasOwn(PLACES, objectType) ? PLACES[objectType] : PLACES_OF_OTHERS) ?? undefined;
