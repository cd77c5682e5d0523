// Pipelines: which changes there are, what they do to the options of values, and which stage belongs where.
import { misplaced, withPipelineOptions } from '../../../../src/crm/pipelines/pipeline-options';
import { keptMetadata, shownMetadata } from '../../../../src/crm/pipelines/pipeline-check';
import {
  archivePipeline,
  changePipeline,
  createPipeline,
  pipelinesDecider,
  replacePipeline,
  unarchivePipeline,
} from '../../../../src/crm/pipelines/pipeline.decider';
import type {
  PipelineDefinition,
  PipelineEvents,
  StageDefinition,
} from '../../../../src/crm/pipelines/pipeline.events';
import {
  archiveStage,
  changeStage,
  createStage,
  unarchiveStage,
} from '../../../../src/crm/pipelines/pipeline-stage.decider';
import { adoptable, areUntouched } from '../../../../src/crm/pipelines/adopted-pipelines';
import { adoptPipelines, removalsOf } from '../../../../src/crm/pipelines/pipeline-adoption.decider';
import { standardProperties } from '../../../../src/crm/properties/standard-properties';
import { standardPipelines } from '../../../../src/crm/properties/standard/pipelines';
import { eventsOf } from '../../../../src/eventsourcing/event';
import { deciding, refusalOf } from '../../../support/spec';

const ev = eventsOf<PipelineEvents>();
const given = deciding(pipelinesDecider('deals'));
const stage = (id: string, label: string, displayOrder = 0) => ({
  ...{ id, label, displayOrder },
  metadata: { probability: '0.5' },
});
const pipeline: PipelineDefinition = {
  ...{ id: 'partners', label: 'Partners', displayOrder: 1 },
  stages: [stage('talk', 'Talk'), stage('sign', 'Sign', 1)],
};
const named = { objectType: 'deals', pipelineId: 'partners' };
const created = ev('pipeline.created.v1', { objectType: 'deals', pipeline });
const archived = ev('pipeline.archived.v1', named);
const talk = { ...named, stageId: 'talk' };
const talkArchived = ev('pipeline.stage-archived.v1', talk);

describe('a pipeline', () => {
  test('is made with its stages', () =>
    given()
      .when((state) => createPipeline(state, 'deals', pipeline))
      .then(created));

  test.each<[string, Partial<PipelineDefinition>, 'pipeline-exists' | 'pipeline-invalid']>([
    ['the id of another', { id: 'default' }, 'pipeline-exists'],
    ['an id that no value can be', { id: 'a;b' }, 'pipeline-invalid'],
    ['the label of another', { label: 'sales pipeline ' }, 'pipeline-invalid'],
    ['a stage of another', { stages: [stage('closedwon', 'Won')] }, 'pipeline-exists'],
    ['a stage twice', { stages: [stage('a', 'A'), stage('a', 'B')] }, 'pipeline-invalid'],
    ['two stages of one label', { stages: [stage('a', 'A'), stage('b', 'a')] }, 'pipeline-invalid'],
    [
      'a stage of deals without probability',
      { stages: [{ ...stage('a', 'A'), metadata: {} }] },
      'pipeline-invalid',
    ],
  ])('is refused with %s', (_, part, code) =>
    given()
      .when((state) => createPipeline(state, 'deals', { ...pipeline, ...part }))
      .thenRefused(code),
  );

  test('a standard one can be renamed, and archived where another is left', () => {
    given()
      .when((state) => changePipeline(state, 'deals', 'default', { label: 'New business' }))
      .then(
        ev('pipeline.changed.v1', {
          ...{ objectType: 'deals', pipelineId: 'default' },
          ...{ from: { label: 'Sales Pipeline' }, to: { label: 'New business' } },
        }),
      );
    given()
      .when((state) => archivePipeline(state, 'deals', 'default'))
      .thenRefused('pipeline-invalid');
    given(created)
      .when((state) => archivePipeline(state, 'deals', 'default'))
      .then(ev('pipeline.archived.v1', { objectType: 'deals', pipelineId: 'default' }));
  });

  test('archived, it is brought back, unless another has its label by then', () => {
    given(created, archived)
      .when((state) => changePipeline(state, 'deals', 'partners', { label: 'x' }))
      .thenRefused('pipeline-unknown');
    given(created, archived)
      .when((state) => unarchivePipeline(state, 'deals', 'partners'))
      .then(ev('pipeline.unarchived.v1', named));
    const other = { ...pipeline, id: 'other', stages: [] };
    given(created, archived, ev('pipeline.created.v1', { objectType: 'deals', pipeline: other }))
      .when((state) => unarchivePipeline(state, 'deals', 'partners'))
      .thenRefused('pipeline-invalid');
    given(created)
      .when((state) => unarchivePipeline(state, 'deals', 'partners'))
      .thenRefused('pipeline-invalid');
  });

  test('replaced, stages that are not named go, known ones change or come back, the others are new', () => {
    const { id: _, ...rest } = pipeline;
    const fresh = (stages: readonly StageDefinition[]) => stages.map((one) => ({ ...one, freshId: 'new' }));
    const whole = { ...rest, stages: fresh(rest.stages) };
    given(created)
      .when((state) => replacePipeline(state, 'deals', 'partners', whole))
      .thenNothing();
    const stages = [{ ...stage('talk', 'Talking'), displayOrder: 0 }, stage('pay', 'Pay', 2)];
    given(created, talkArchived)
      .when((state) =>
        replacePipeline(state, 'deals', 'partners', {
          ...{ ...whole, label: 'All', stages: fresh(stages) },
        }),
      )
      .then(
        ev('pipeline.changed.v1', { ...named, from: { label: 'Partners' }, to: { label: 'All' } }),
        ev('pipeline.stage-archived.v1', { ...named, stageId: 'sign' }),
        ev('pipeline.stage-unarchived.v1', talk),
        ev('pipeline.stage-changed.v1', { ...talk, from: { label: 'Talk' }, to: { label: 'Talking' } }),
        ev('pipeline.stage-created.v1', { ...named, stage: stages[1]! }),
      );
  });
});

test('a stage of a replacement that has no id is the one of its label, or else a new one', () => {
  const { id: _, ...rest } = pipeline;
  const stages = [stage('', 'TALK'), stage('', 'Pay', 2)].map(({ id: _, ...one }, n) => ({
    ...one,
    freshId: `new-${n}`,
  }));
  given(created)
    .when((state) => replacePipeline(state, 'deals', 'partners', { ...rest, stages }))
    .then(
      ev('pipeline.stage-archived.v1', { ...named, stageId: 'sign' }),
      ev('pipeline.stage-changed.v1', { ...talk, from: { label: 'Talk' }, to: { label: 'TALK' } }),
      ev('pipeline.stage-created.v1', { ...named, stage: stage('new-1', 'Pay', 2) }),
    );
});

describe('a stage', () => {
  test('is added, changed, archived and brought back', () => {
    given(created)
      .when((state) => createStage(state, 'deals', 'partners', stage('pay', 'Pay')))
      .then(ev('pipeline.stage-created.v1', { ...named, stage: stage('pay', 'Pay') }));
    given(created)
      .when((state) => changeStage(state, talk, { label: 'Talking', displayOrder: 0 }))
      .then(ev('pipeline.stage-changed.v1', { ...talk, from: { label: 'Talk' }, to: { label: 'Talking' } }));
    given(created)
      .when((state) => archiveStage(state, talk))
      .then(talkArchived);
    given(created, talkArchived)
      .when((state) => unarchiveStage(state, talk))
      .then(ev('pipeline.stage-unarchived.v1', talk));
  });

  test('keeps its id for itself, archived too, and its label within the pipeline', () => {
    given(created, talkArchived)
      .when((state) => createStage(state, 'deals', 'default', stage('talk', 'Talk')))
      .thenRefused('pipeline-exists');
    given(created)
      .when((state) => changeStage(state, talk, { label: 'Sign' }))
      .thenRefused('pipeline-invalid');
    given(created, talkArchived)
      .when((state) => archiveStage(state, talk))
      .thenRefused('pipeline-stage-unknown');
  });
});

test('metadata is what stages of the type have, and tells what is closed', () => {
  expect(keptMetadata('deals', { probability: 0.25, isClosed: 'false' })).toEqual({ probability: '0.25' });
  expect(shownMetadata('deals', { probability: '1.0' })).toEqual({ probability: '1.0', isClosed: 'true' });
  expect(shownMetadata('tickets', {})).toEqual({ ticketState: 'OPEN', isClosed: 'false' });
  expect(keptMetadata('tickets', { ticketState: 'closed' })).toEqual({ ticketState: 'CLOSED' });
  for (const [type, metadata] of [
    ['deals', { probability: '1.5' }],
    ['deals', { probability: 'likely' }],
    ['deals', { ticketState: 'OPEN' }],
    ['tickets', { ticketState: 'AJAR' }],
  ] as const)
    expect(refusalOf(() => keptMetadata(type, metadata))).toBe('pipeline-invalid');
});

describe('values', () => {
  const { state } = given(created, talkArchived);

  test('the options of two properties are the live pipelines and stages, in their order', () => {
    const definitions = withPipelineOptions('deals', standardProperties('deals'), state);
    const values = (name: string) => definitions.get(name)!.options.map(({ value }) => value);
    expect(values('pipeline')).toEqual(['default', 'partners']);
    expect(values('dealstage').slice(-3)).toEqual(['closedwon', 'closedlost', 'sign']);
  });

  test('a stage belongs to the pipeline of the record, where it has one', () => {
    const after = { pipeline: 'partners', dealstage: 'closedwon' };
    expect(misplaced('deals', state, after, { dealstage: 'closedwon' })).toBe('dealstage');
    expect(misplaced('deals', state, after, { amount: '1' })).toBeUndefined();
    expect(misplaced('deals', state, { dealstage: 'sign' }, { dealstage: 'sign' })).toBeUndefined();
    expect(misplaced('deals', state, { ...after, pipeline: 'default' }, after)).toBeUndefined();
    expect(misplaced('contacts', [], after, after)).toBeUndefined();
  });
});

describe('pipelines from elsewhere', () => {
  const as = (one: PipelineDefinition, archivedStages: readonly string[] = [], isArchived = false) => ({
    ...one,
    archived: isArchived,
    stages: one.stages.map((each) => ({ ...each, archived: archivedStages.includes(each.id) })),
  });
  const standard = as({
    ...{ id: 'default', label: 'Sales Pipeline', displayOrder: 0 },
    stages: standardPipelines('deals')[0]!.stages,
  });

  test('come with their archived stages, whatever labels these have', () => {
    const twice = { ...pipeline, stages: [stage('talk', 'Talk'), stage('again', 'talk')] };
    given()
      .when((state) => adoptPipelines(state, 'deals', [as(twice, ['talk'])], false))
      .then(ev('pipeline.created.v1', { objectType: 'deals', pipeline: twice }), talkArchived);
    given()
      .when((state) =>
        adoptPipelines(state, 'deals', [as({ ...pipeline, label: 'Sales Pipeline' }, [], true)], false),
      )
      .then(
        ev('pipeline.created.v1', {
          objectType: 'deals',
          pipeline: { ...pipeline, label: 'Sales Pipeline' },
        }),
        archived,
      );
    given()
      .when((state) => adoptPipelines(state, 'deals', [as({ ...pipeline, label: 'Sales Pipeline' })], false))
      .thenRefused('pipeline-invalid');
  });

  test('leave what is here as it is, but for what it lacks', () => {
    const more = { ...pipeline, label: 'Other', stages: [...pipeline.stages, stage('lost', 'Lost', 2)] };
    given(created)
      .when((state) => adoptPipelines(state, 'deals', [as(more, ['talk', 'lost'])], false))
      .then(
        ev('pipeline.stage-created.v1', { ...named, stage: stage('lost', 'Lost', 2) }),
        ev('pipeline.stage-archived.v1', { ...named, stageId: 'lost' }),
      );
    given(created)
      .when((state) => adoptPipelines(state, 'deals', [as(more)], true))
      .thenRefused('pipeline-invalid');
  });

  test('change and archive the standard ones where nobody has touched any', () => {
    const theirs = { ...as(standard, ['contractsent'], true), label: 'Old' };
    const at = { objectType: 'deals', pipelineId: 'default' };
    const events = [
      ev('pipeline.changed.v1', { ...at, from: { label: 'Sales Pipeline' }, to: { label: 'Old' } }),
      ev('pipeline.stage-archived.v1', { ...at, stageId: 'contractsent' }),
      ev('pipeline.archived.v1', at),
      created,
    ];
    given()
      .when((state) => adoptPipelines(state, 'deals', [theirs, as(pipeline)], true))
      .then(...events);
    const { initial } = pipelinesDecider('deals');
    expect(areUntouched(initial)).toBe(true);
    expect(adoptPipelines(initial, 'deals', initial.map(adoptable), true)).toEqual([]);
    expect(removalsOf(initial, events)).toEqual([
      { stageIds: ['contractsent'] },
      { pipelineId: 'default', stageIds: standard.stages.map(({ id }) => id) },
    ]);
  });
});
