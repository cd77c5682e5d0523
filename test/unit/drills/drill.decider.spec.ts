import { drills } from '../../../projections/drills';
import { eventsOf } from '../../../src/eventsourcing/event';
import {
  cancelDrill,
  drill,
  drillFiles,
  dueDrillId,
  endDrill,
  failDrill,
  requestDrill,
} from '../../../src/drills/drill.decider';
import type { DrillEvents } from '../../../src/drills/drill.events';
import { at, by, deciding, later, projecting } from '../../support/spec';

const ev = eventsOf<DrillEvents>();
const given = deciding(drill);
const asked = { drillId: '10', position: '5', all: false, dueAt: null };
const findings = {
  steps: { build: 1, verify: 0.5, load: 0.25, compare: 0.25 },
  ...{ records: 3, compared: 4, folded: 4, differences: 0, first: [], reason: null },
};
const good = { ...findings, seconds: 2, rpoSeconds: 0 };
const bad = {
  ...good,
  differences: 1,
  first: [{ objectType: 'contacts', recordId: '1', what: 'missing' as const }],
};

const requested = ev('drill.requested.v1', asked);
const passed = ev('drill.ended.v1', { drillId: '10', ok: true, ...good });
const failed = ev('drill.ended.v1', { drillId: '10', ok: false, ...bad });
const cancelled = ev('drill.cancelled.v1', { drillId: '10' });

describe('A drill', () => {
  test('is asked for once, and a drill that is due has its id from its due time', () => {
    given()
      .when((state) => requestDrill(state, asked))
      .then(requested);
    for (const more of [[], [passed], [cancelled]])
      given(requested, ...more)
        .when((state) => requestDrill(state, { ...asked, position: '7' }))
        .thenNothing();
    expect(dueDrillId(new Date('2024-05-01T03:30:00.000Z'))).toBe('28575570');
  });

  test('goes well where it comes to its end and nothing differs', () => {
    given(requested)
      .when((state) => endDrill(state, good))
      .then(passed);
    given(requested)
      .when((state) => endDrill(state, bad))
      .then(failed);
    const early = { ...good, reason: 'The ZIP is not what it was to be' };
    given(requested)
      .when((state) => endDrill(state, early))
      .then(ev('drill.ended.v1', { drillId: '10', ok: false, ...early }));
  });

  test('that could not be made has failed, too', () =>
    given(requested)
      .when((state) => failDrill(state, 'no space', 3))
      .then(
        ev('drill.ended.v1', {
          ...{ drillId: '10', ok: false, seconds: null, rpoSeconds: 3, reason: 'no space' },
          steps: { build: null, verify: null, load: null, compare: null },
          ...{ records: 0, compared: 0, folded: 0, differences: 0, first: [] },
        }),
      ));

  test('ends once', () => {
    for (const ended of [passed, failed, cancelled]) {
      given(requested, ended)
        .when((state) => endDrill(state, good))
        .thenNothing();
      given(requested, ended)
        .when((state) => failDrill(state, 'late'))
        .thenNothing();
    }
  });

  test('is cancelled while it is under way', () => {
    given(requested).when(cancelDrill).then(cancelled);
    given(requested, cancelled).when(cancelDrill).thenNothing();
    given(requested, passed).when(cancelDrill).thenRefused('drill-ended');
    given().when(cancelDrill).thenRefused('drill-unknown');
  });

  test('keeps its ZIP only while it is under way', () => {
    const keeps = (state: ReturnType<typeof given>['state']) =>
      drillFiles.keeps(state, 'drills/10-a.zip', new Date(at));
    expect(keeps(given(requested).state)).toBe(true);
    for (const { state } of [given(), given(requested, passed), given(requested, cancelled)])
      expect(keeps(state)).toBe(false);
  });
});

describe('The history of drills', () => {
  const base = {
    ...{ position: '5', all: false, dueAt: null, requestedAt: at, requestedBy: 'user-1' },
    ...{ endedAt: null, ok: null },
  };
  test('tells how each went', () => {
    projecting(drills)
      .given(requested)
      .then({ '10': { status: 'PENDING', ...base } });
    projecting(drills)
      .given(requested, by(failed, { at: later }))
      .then({ '10': { ...base, status: 'ENDED', endedAt: later, ok: false, ...bad } });
    projecting(drills)
      .given(requested, cancelled)
      .then({ '10': { ...base, status: 'CANCELLED' } });
  });
});
