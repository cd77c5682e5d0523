import { comparisons } from '../../../../projections/time-travel/comparisons';
import { eventsOf } from '../../../../src/eventsourcing/event';
import {
  cancelComparison,
  comparison,
  comparisonFailed,
  comparisonFiles,
  comparisonMade,
  requestComparison,
  withdrawComparison,
} from '../../../../src/time-travel/comparisons/comparison.decider';
import type { ComparisonEvents } from '../../../../src/time-travel/comparisons/comparison.events';
import { at, deciding, later, projecting } from '../../../support/spec';

const ev = eventsOf<ComparisonEvents>();
const given = deciding(comparison);
const none = { added: 0, removed: 0, changed: 0 };
const asked = {
  ...{ comparisonId: '10', from: '5', to: '9', madeAt: '12', objectTypes: null, properties: null },
};
const summary = { counts: none, byObject: {}, byProperty: {}, associations: none, definitions: none };
const made = { file: 'comparisons/10-a.jsonl', bytes: 2, rows: 1, sha256: 'ab', summary };
const expiresAt = '2024-05-08T10:00:00.000Z';

const requested = ev('comparison.requested.v1', asked);
const ready = ev('comparison.ready.v1', { comparisonId: '10', ...made, expiresAt });
const failed = ev('comparison.failed.v1', { comparisonId: '10', reason: 'broken' });
const cancelled = ev('comparison.cancelled.v1', { comparisonId: '10' });
const withdrawn = ev('comparison.withdrawn.v1', { comparisonId: '10' });

describe('A comparison', () => {
  test('is asked for once', () => {
    given()
      .when((state) => requestComparison(state, asked))
      .then(requested);
    given(requested)
      .when((state) => requestComparison(state, asked))
      .thenNothing();
  });

  test('is made by the run that is first, and kept for a week', () => {
    given(requested)
      .when((state) => comparisonMade(state, made, new Date(at)))
      .then(ready);
    for (const ended of [ready, failed, cancelled])
      given(requested, ended)
        .when((state) => comparisonMade(state, made, new Date(at)))
        .thenNothing();
  });

  test('fails only while it is being made', () => {
    given(requested)
      .when((state) => comparisonFailed(state, 'broken'))
      .then(failed);
    given(requested, ready)
      .when((state) => comparisonFailed(state, 'broken'))
      .thenNothing();
  });

  test('can be given up until it is made', () => {
    given(requested).when(cancelComparison).then(cancelled);
    given(requested, cancelled).when(cancelComparison).thenNothing();
    given(requested, ready).when(cancelComparison).thenRefused('comparison-ended');
    given().when(cancelComparison).thenRefused('comparison-unknown');
  });

  test('is withdrawn once', () => {
    given(requested, ready).when(withdrawComparison).then(withdrawn);
    given(requested, ready, withdrawn).when(withdrawComparison).thenNothing();
    given(requested).when(withdrawComparison).thenNothing();
  });

  test('keeps the file that it names until its time is over, and any while it is being made', () => {
    const keeps = (path: string, now: string, ...scenes: Parameters<typeof given>) =>
      comparisonFiles.keeps(given(...scenes).state, path, new Date(now));
    expect(keeps('any', later, requested)).toBe(true);
    expect(keeps(made.file, later, requested, ready)).toBe(true);
    expect(keeps('another', later, requested, ready)).toBe(false);
    expect(keeps(made.file, expiresAt, requested, ready)).toBe(false);
    for (const ended of [failed, cancelled]) expect(keeps(made.file, later, requested, ended)).toBe(false);
    expect(keeps(made.file, later, requested, ready, withdrawn)).toBe(false);
  });
});

test('the list of comparisons tells what was asked for and what came out', () => {
  const { comparisonId: _, ...rest } = asked;
  const document = { ...rest, position: '5', requestedAt: at, requestedBy: 'user-1' };
  projecting(comparisons)
    .given(requested)
    .then({ '10': { status: 'RUNNING', ...document } });
  projecting(comparisons)
    .given(requested, ready, withdrawn)
    .then({ '10': { status: 'READY', ...document, ...made, expiresAt, withdrawn: true } });
  projecting(comparisons)
    .given(requested, failed)
    .then({ '10': { status: 'FAILED', ...document, error: 'broken' } });
  projecting(comparisons)
    .given(requested, cancelled)
    .then({ '10': { status: 'CANCELLED', ...document } });
});
