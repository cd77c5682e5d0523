// The lists of restore plans and restores.
import { eventsOf } from '../../../src/eventsourcing/event';
import type { RestoreEvents, RestorePlanEvents } from '../../../src/restores/restore.events';
import { restorePlans } from '../../../projections/restore-plans';
import { restores } from '../../../projections/restores';
import { at, by, later, projecting } from '../../support/spec';

const planEvent = eventsOf<RestorePlanEvents>();
const restoreEvent = eventsOf<RestoreEvents>();

const plan = {
  source: { asOf: '2024-04-30T00:00:00.000Z' },
  position: '40',
  madeAt: '90',
  objects: [{ objectType: 'deals', properties: ['amount'] }],
  modes: { recreateDeleted: false, keepNonEmpty: false },
};
const summary = {
  records: 1,
  changes: 1,
  cleared: 0,
  recreated: 0,
  missing: 0,
  createdSince: 0,
  conflicts: 0,
  byObject: { deals: 1 },
  byProperty: { deals: { amount: 1 } },
  notDefinedAnyMore: {},
};
const made = { file: 'restore-plans/10.jsonl', rows: 1, sha256: 'ab', summary, expiresAt: later };
const asked = planEvent('restoreplan.requested.v1', { planId: '10', ...plan });
const listed = { ...plan, requestedAt: at, requestedBy: 'user-1' };

test('a plan is listed from the moment it is asked for', () =>
  projecting(restorePlans)
    .given(asked)
    .then({ '10': { status: 'PLANNING', ...listed } }));
test('an executed plan names its restore', () =>
  projecting(restorePlans)
    .given(
      asked,
      planEvent('restoreplan.ready.v1', { planId: '10', ...made }),
      planEvent('restoreplan.executed.v1', { planId: '10', restoreId: '20' }),
    )
    .then({ '10': { status: 'EXECUTED', ...listed, ...made, restoreId: '20' } }));
test('a plan that failed says why, a cancelled one that it was', () => {
  projecting(restorePlans)
    .given(asked, planEvent('restoreplan.failed.v1', { planId: '10', reason: 'broken' }))
    .then({ '10': { status: 'FAILED', ...listed, error: 'broken' } });
  projecting(restorePlans)
    .given(asked, planEvent('restoreplan.cancelled.v1', { planId: '10' }))
    .then({ '10': { status: 'CANCELLED', ...listed } });
});

const request = {
  planId: '10',
  position: '40',
  planFile: 'restore-plans/10.jsonl',
  planSha256: 'ab',
  rows: 1,
  imports: [{ importId: '21', objectType: 'deals', name: 'Data Restore - Deal', rows: 1 }],
};
const queued = restoreEvent('restore.requested.v1', { restoreId: '20', ...request });
const started = restoreEvent('restore.started.v1', { restoreId: '20' });
const outcomes = { changed: 1, unchanged: 0, drifted: 0, refused: 0, recreated: 0 };
const running = { ...request, requestedAt: at, requestedBy: 'user-1', startedAt: at };

test('a restore is listed with what became of its records', () =>
  projecting(restores)
    .given(
      queued,
      started,
      by(restoreEvent('restore.completed.v1', { restoreId: '20', outcomes }), { at: later }),
    )
    .then({ '20': { status: 'COMPLETED', ...running, outcomes, endedAt: later } }));
test('a restore that was asked to stop goes on as running until it has', () => {
  const stopping = restoreEvent('restore.cancel-requested.v1', { restoreId: '20' });
  projecting(restores)
    .given(queued, started, stopping)
    .then({ '20': { status: 'RUNNING', ...running, cancelRequested: true } });
  projecting(restores)
    .given(queued, started, stopping, restoreEvent('restore.cancelled.v1', { restoreId: '20', outcomes }))
    .then({ '20': { status: 'CANCELLED', ...running, cancelRequested: true, outcomes, endedAt: at } });
});
test('a restore that failed says why', () =>
  projecting(restores)
    .given(
      queued,
      started,
      restoreEvent('restore.failed.v1', { restoreId: '20', reason: 'damaged', outcomes }),
    )
    .then({ '20': { status: 'FAILED', ...running, outcomes, endedAt: at, error: 'damaged' } }));
test('a restore whose request broke off is not listed', () =>
  projecting(restores)
    .given(restoreEvent('restore.abandoned.v1', { restoreId: '20' }))
    .then({}));
